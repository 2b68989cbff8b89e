/** "1–3, 7, 9": numbers in order, those that follow each other together. */
export function runsOf(numbers: readonly number[], say: (number: number) => string): string {
  const runs: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number <= last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? say(from) : to === from + 1 ? `${say(from)}, ${say(to)}` : `${say(from)}–${say(to)}`)).join(", ");
}

/** "60–180", "≥ 10", "≤ 80"; empty where nothing is asked for. */
export function rangeOf(from: number | null, to: number | null, number: (value: number) => string): string {
  if (from !== null && to !== null) return from === to ? number(from) : `${number(from)}–${number(to)}`;
  if (from !== null) return `≥ ${number(from)}`;
  return to === null ? "" : `≤ ${number(to)}`;
}
