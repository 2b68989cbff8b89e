/** What a tap does to a ballot that chooses among entries. Pure. */

import type { AwardCard } from "../../api/types";

type Kind = AwardCard["kind"];
export type ChoiceKind = Extract<Kind, "favourite" | "approval" | "ranking">;
export type Choices = readonly number[];

export function isChoice(kind: Kind): kind is ChoiceKind {
  return kind === "favourite" || kind === "approval" || kind === "ranking";
}

/** The most a ballot may name: an award may allow more than there are entries. */
export function mostOf(award: Pick<AwardCard, "kind" | "max">, entries: number): number {
  return award.kind === "favourite" ? 1 : Math.min(award.max, entries);
}

/** A tap on an entry: chosen, or free again. A favourite moves; at the limit nothing jumps. */
export function tapped(kind: ChoiceKind, choices: Choices, entry: number, most: number): Choices {
  if (kind === "favourite") return [entry];
  if (choices.includes(entry)) return choices.filter((other) => other !== entry);
  return choices.length < most ? [...choices, entry] : choices;
}

/** The entry at another place of the order, counted from 0; what lies between moves up or down by one. */
export function moved(choices: Choices, entry: number, to: number): Choices {
  const from = choices.indexOf(entry);
  if (from < 0 || to < 0 || to >= choices.length || to === from) return choices;
  const others = choices.filter((other) => other !== entry);
  return [...others.slice(0, to), entry, ...others.slice(to)];
}

/** Where an entry lands that is dragged so far: past the middle of a neighbour is in its place. */
export function landing(middles: readonly number[], from: number, by: number): number {
  const at = (middles[from] ?? 0) + by;
  const above = middles.filter((middle, index) => index < from && at < middle).length;
  const below = middles.filter((middle, index) => index > from && at > middle).length;
  return from - above + below;
}

/** The suggested entry first: it is the film the reader comes from. The others keep the award's order. */
export function suggestedFirst<Entry extends { id: number }>(entries: readonly Entry[], suggested: number | null): readonly Entry[] {
  const first = entries.find(({ id }) => id === suggested);
  return first ? [first, ...entries.filter((entry) => entry !== first)] : entries;
}
