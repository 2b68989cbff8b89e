/** Runs of numbers that are missing between 1 and the largest there is. */

export interface Run {
  from: number;
  to: number;
}

export function gaps(numbers: Iterable<number>): Run[] {
  const there = new Set(numbers);
  const runs: Run[] = [];
  for (let number = 1; number < Math.max(0, ...there); number += 1) {
    if (there.has(number)) continue;
    const last = runs.at(-1);
    if (last?.to === number - 1) last.to = number;
    else runs.push({ from: number, to: number });
  }
  return runs;
}

export function countOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** "3, 7–9" */
export function sayRuns(runs: readonly Run[], words: { number(value: number): string }): string {
  return runs.map(({ from, to }) => (from === to ? words.number(from) : `${words.number(from)}–${words.number(to)}`)).join(", ");
}
