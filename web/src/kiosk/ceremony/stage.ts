/** What a ceremony shows, step by step. Pure. */

import type { JuryResult, Result } from "../../api/types";

/** As many places as stand on the stage. */
const PLACES = 3;

/** `score` of an audience, or the prize a jury gives. Place 1 is what everybody waits for. */
export interface Place {
  entry: number;
  place: number;
  score?: number;
  prize?: JuryResult["prizes"][number];
}

export const isOfJury = (result: Result | JuryResult): result is JuryResult => result.kind === "jury" && "prizes" in result;

export const allSteps = (result: Result | JuryResult): Place[][] => (isOfJury(result) ? prizeSteps(result) : stepsOf(result));

/** Places from the last that is shown to the first; who is level is told at once. */
export function stepsOf({ ranked }: Pick<Result, "ranked">): Place[][] {
  const groups = new Map<number, Place[]>();
  for (const { entry, place, score } of ranked) {
    if (place <= PLACES) groups.set(place, [...(groups.get(place) ?? []), { entry, place, score }]);
  }
  return [...groups].sort(([one], [other]) => other - one).map(([, group]) => group);
}

/** Mentions at once, then the prizes one by one, the one that the jury named first at the end. */
export function prizeSteps({ prizes }: Pick<JuryResult, "prizes">): Place[][] {
  const of = (kind: "winner" | "mention", place: number): Place[] => prizes.filter((prize) => prize.kind === kind).map((prize) => ({ entry: prize.entry, place, prize }));
  const mentions = of("mention", 2);
  const winners = of("winner", 1).reverse().map((prize) => [prize]);
  return mentions.length > 0 ? [mentions, ...winners] : winners;
}

/** What has been told after so many steps, the best first. */
export const toldBy = (steps: readonly Place[][], step: number): Place[] => steps.slice(0, step).reverse().flat();

const NEXT = new Set([" ", "Enter", "ArrowRight", "ArrowDown", "PageDown", "MediaTrackNext"]);
const BACK = new Set(["ArrowLeft", "ArrowUp", "PageUp", "MediaTrackPrevious"]);

/** A key, or the button of a remote control, as a move; arrows sideways follow the writing. */
export function moveOf(key: string, rtl: boolean): 1 | -1 | 0 {
  const turned = rtl ? ({ ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[key] ?? key) : key;
  return NEXT.has(turned) ? 1 : BACK.has(turned) ? -1 : 0;
}
