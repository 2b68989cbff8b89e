/** The order on the wall, from sums and counts alone. Pure. */

import type { AwardCard, Board } from "../../api/types";

/** What the figure at the end of a row is: the mean of marks, the share of yes, or the votes themselves. */
export type Figure = "mean" | "share" | "votes";

export interface Standing {
  entry: number;
  votes: number;
  /** the figure that decides; null before the first vote */
  score: number | null;
  /** 0..1 of the full scale, from zero */
  part: number;
  first: boolean;
}

type Scale = Pick<AwardCard, "kind" | "max">;

export function figureOf(kind: AwardCard["kind"]): Figure {
  if (kind === "yesno") return "share";
  return kind === "stars" || kind === "grades" ? "mean" : "votes";
}

/**
 * The best first; of equal ones the one with more votes; what has none keeps the order it was entered in. Votes are
 * shown of all ballots: of a ranking the live board knows the first places.
 */
export function standings(entries: readonly number[], board: Pick<Board, "entries" | "ballots">, scale: Scale): Standing[] {
  const tallies = new Map(board.entries.map((tally) => [tally.entry, tally]));
  const figure = figureOf(scale.kind);
  const whole = figure === "votes" ? Math.max(1, board.ballots) : scale.max;
  const all = entries.map((entry): Standing => {
    const { votes, sum } = tallies.get(entry) ?? { votes: 0, sum: 0 };
    const score = votes <= 0 ? null : figure === "votes" ? votes : sum / votes;
    return { entry, votes, score, part: score === null ? 0 : Math.min(1, score / whole), first: false };
  });
  all.sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || b.votes - a.votes);
  const best = all[0];
  return all.map((each) => ({ ...each, first: best?.score != null && each.score === best.score && each.votes === best.votes }));
}

/** The award to show: the one asked for, else one that is open, else the one that closed last. */
export function chooseAward<Card extends { id: number; slug: string; state: string; closes_at: string }>(awards: readonly Card[], asked: string | null): Card | undefined {
  const named = awards.find(({ id, slug }) => asked !== null && (String(id) === asked || slug === asked));
  const open = awards.find(({ state }) => state === "open");
  const closed = awards.filter(({ state }) => state === "closed").sort((a, b) => b.closes_at.localeCompare(a.closes_at))[0];
  return named ?? open ?? closed ?? awards[0];
}

/** The beginning of a tree head, to be compared by eye with a photograph or another screen: 48 of its 256 bits. */
export function shortRoot(root: string): string {
  return `${root.slice(0, 4)} ${root.slice(4, 8)}`;
}
