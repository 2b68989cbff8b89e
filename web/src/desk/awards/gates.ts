/** What the reader can do next on the way to a publication; the gates themselves are judged by the server. Pure. */

import type { Account, Award, Gate, Publication } from "../../api/types";

export type Step = "published" | "gates" | "ask" | "asked_by_you" | "agree" | "organiser_asks";

export const endOf = ({ closes_at, grace_seconds }: Pick<Award, "closes_at" | "grace_seconds">): number => Date.parse(closes_at) + grace_seconds * 1000;

/** The one thing the reader can do next. */
export function stepOf(gates: readonly { name: string; state: Gate["state"] }[], publication: Pick<Publication, "state" | "asked_by">, reader: Pick<Account, "id" | "role">): Step {
  if (publication.state === "published") return "published";
  if (gates.some(({ name, state }) => name !== "people" && state !== "passed")) return "gates";
  if (publication.state === "asked") return publication.asked_by?.id === reader.id ? "asked_by_you" : "agree";
  return reader.role === "organiser" ? "ask" : "organiser_asks";
}
