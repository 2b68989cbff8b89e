/** How the state of an award looks: word, icon and colour. */

import Clock from "@lucide/svelte/icons/clock";
import Lock from "@lucide/svelte/icons/lock";
import Star from "@lucide/svelte/icons/star";
import Trophy from "@lucide/svelte/icons/trophy";
import type { AwardCard } from "../../api/types";

const LOOKS = {
  scheduled: { name: "scheduled", tone: "", icon: Clock },
  open: { name: "open", tone: "kept", icon: Star },
  closed: { name: "closed", tone: "", icon: Lock },
  published: { name: "published", tone: "kept", icon: Trophy },
} as const;

export const lookOf = ({ state, published_at }: Pick<AwardCard, "state" | "published_at">) => LOOKS[published_at ? "published" : state];
