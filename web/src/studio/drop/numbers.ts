import { toRuns, type Run } from "../../shared/crew/runs";

/** Runs of numbers that are missing between 1 and the largest there is. */
export function gaps(numbers: Iterable<number>): Run[] {
  const there = new Set(numbers);
  return toRuns(Array.from({ length: Math.max(0, ...there) }, (_, index) => index + 1).filter((number) => !there.has(number)));
}

export function countOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}
