/** What stands between an award and its publication. Pure. */

import type { Account, Award, KioskGate, Log, Publication, TierTurnout, Void } from "../../api/types";

export type GateName = "closed" | "sealed" | "voids" | "kiosks" | "people";
export type GateState = "passed" | "waiting" | "later";
export type Step = "published" | "gates" | "ask" | "asked_by_you" | "agree" | "organiser_asks";

export interface Gate {
  name: GateName;
  state: GateState;
}

export interface Seen {
  award: Pick<Award, "closes_at" | "grace_seconds">;
  log: Pick<Log, "size"> | null;
  turnout: Pick<TierTurnout, "rows">;
  voids: readonly Pick<Void, "state">[];
  kiosks: readonly Pick<KioskGate, "state">[];
  publication: Pick<Publication, "state" | "asked_by">;
}

/** The log's first leaf holds the rules, each further one a line of the ledger. */
export const unsealed = ({ log, turnout }: Pick<Seen, "log" | "turnout">): number => Math.max(0, turnout.rows + 1 - (log?.size ?? 0));

export const endOf = ({ closes_at, grace_seconds }: Seen["award"]): number => Date.parse(closes_at) + grace_seconds * 1000;

/** Waiting is the first that holds things up; those after it come later, unless they are passed already. */
export function gatesOf(seen: Seen, now: number): Gate[] {
  const published = seen.publication.state === "published";
  const over = now >= endOf(seen.award);
  const passed: readonly (readonly [GateName, boolean])[] = [
    ["closed", over],
    // Nothing is cast any more: what a review still adds is sealed by the publication itself.
    ["sealed", seen.log !== null && (over || unsealed(seen) === 0)],
    ["voids", seen.voids.every(({ state }) => state !== "waiting")],
    ["kiosks", over && seen.kiosks.every(({ state }) => state !== "waiting")],
    ["people", false],
  ];
  const first = passed.find(([, done]) => !done)?.[0];
  return passed.map(([name, done]) => ({ name, state: published || done ? "passed" : name === first ? "waiting" : "later" }));
}

/** The one thing the reader can do next. */
export function stepOf(gates: readonly Gate[], publication: Seen["publication"], reader: Pick<Account, "id" | "role">): Step {
  if (publication.state === "published") return "published";
  if (gates.some(({ name, state }) => name !== "people" && state !== "passed")) return "gates";
  if (publication.state === "asked") return publication.asked_by?.id === reader.id ? "asked_by_you" : "agree";
  return reader.role === "organiser" ? "ask" : "organiser_asks";
}
