/** Numbers that follow each other, from the first to the last of them. */
export interface Run {
  from: number;
  to: number;
}

export function toRuns(numbers: Iterable<number>): Run[] {
  const runs: Run[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number <= last.to + 1) last.to = number;
    else runs.push({ from: number, to: number });
  }
  return runs;
}

/** "1–3, 7, 9" */
export function sayRuns(runs: readonly Run[], say: (number: number) => string): string {
  const sayRun = ({ from, to }: Run): string => (to === from ? say(from) : `${say(from)}${to === from + 1 ? ", " : "–"}${say(to)}`);
  return runs.map(sayRun).join(", ");
}

/** "60–180", "≥ 10", "≤ 80"; empty where nothing is asked for. */
export function rangeOf(from: number | null, to: number | null, number: (value: number) => string): string {
  if (from !== null && to !== null) return from === to ? number(from) : `${number(from)}–${number(to)}`;
  if (from !== null) return `≥ ${number(from)}`;
  return to === null ? "" : `≤ ${number(to)}`;
}
