/** How a screen is, in one word with its colour and sign. Pure. */

import Check from "@lucide/svelte/icons/check";
import Download from "@lucide/svelte/icons/download";
import Hand from "@lucide/svelte/icons/hand";
import Moon from "@lucide/svelte/icons/moon";
import Pause from "@lucide/svelte/icons/pause";
import Square from "@lucide/svelte/icons/square";
import Alert from "@lucide/svelte/icons/triangle-alert";
import WifiOff from "@lucide/svelte/icons/wifi-off";
import Wrench from "@lucide/svelte/icons/wrench";
import type { Component } from "svelte";
import type { FleetKiosk } from "../../api/types";

export type KioskLook = "online" | "in_use" | "loading" | "asleep" | "paused" | "blank" | "safe" | "offline" | "new";
type Tone = "" | "kept" | "beam" | "wait" | "loss";

const LOOKS: Readonly<Record<KioskLook, { tone: Tone; icon: Component<{ class?: string }> }>> = {
  online: { tone: "kept", icon: Check },
  in_use: { tone: "kept", icon: Hand },
  loading: { tone: "beam", icon: Download },
  asleep: { tone: "", icon: Moon },
  paused: { tone: "", icon: Pause },
  blank: { tone: "", icon: Square },
  safe: { tone: "wait", icon: Alert },
  offline: { tone: "wait", icon: WifiOff },
  new: { tone: "beam", icon: Wrench },
};

/** What counts most comes first: who has not been heard, then what the screen says of itself. */
export function lookOf(kiosk: Pick<FleetKiosk, "seen_at" | "late" | "beat">): { name: KioskLook; tone: Tone; icon: Component<{ class?: string }> } {
  const name = nameOf(kiosk);
  return { name, ...LOOKS[name] };
}

function nameOf({ seen_at, late, beat }: Pick<FleetKiosk, "seen_at" | "late" | "beat">): KioskLook {
  if (seen_at === null) return "new";
  if (late) return "offline";
  if (beat === null || beat.state === "loop") return beat !== null && beat.cached < 100 ? "loading" : "online";
  return beat.state;
}

/** Votes it still has to send: what it says itself, or what the server knows to be missing. */
export function held({ received, of, waiting }: Pick<FleetKiosk, "received" | "of" | "waiting">): number {
  return Math.max(waiting, of - received, 0);
}
