/** The order on the wall, from sums and counts alone. Pure. */

import type { Board } from "../../api/types";

export interface Standing {
  entry: number;
  votes: number;
  /** null before the first vote */
  mean: number | null;
  /** 0..1 of the full scale, from zero */
  part: number;
  first: boolean;
}

/** Highest mean first; of equal means the one with more votes; what has none keeps the order it was entered in. */
export function standings(entries: readonly number[], board: Pick<Board, "entries">, max: number): Standing[] {
  const tallies = new Map(board.entries.map((tally) => [tally.entry, tally]));
  const all = entries.map((entry): Standing => {
    const { votes, sum } = tallies.get(entry) ?? { votes: 0, sum: 0 };
    const mean = votes > 0 ? sum / votes : null;
    return { entry, votes, mean, part: mean === null ? 0 : Math.min(1, mean / max), first: false };
  });
  all.sort((a, b) => (b.mean ?? -1) - (a.mean ?? -1) || b.votes - a.votes);
  const best = all[0];
  return all.map((each) => ({ ...each, first: best?.mean != null && each.mean === best.mean && each.votes === best.votes }));
}

/** The award to show: the one asked for, else one that is open, else the one that closed last. */
export function chooseAward<Card extends { id: number; slug: string; state: string; closes_at: string }>(awards: readonly Card[], asked: string | null): Card | undefined {
  const named = awards.find(({ id, slug }) => asked !== null && (String(id) === asked || slug === asked));
  const open = awards.find(({ state }) => state === "open");
  const closed = awards.filter(({ state }) => state === "closed").sort((a, b) => b.closes_at.localeCompare(a.closes_at))[0];
  return named ?? open ?? closed ?? awards[0];
}
