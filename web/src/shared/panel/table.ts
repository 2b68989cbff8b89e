/** What the charts of a deliberation show. Pure. */

import type { Deliberation, RankMethod, TableCell } from "../../api/jury";
import { isContested, spreadOf, type Ranked } from "./geometry";

export const METHODS: readonly RankMethod[] = ["raw", "levelled", "pairwise"];

/** Every title with its place in each order, best by the plain mean first; those without a score last. */
export function rankedOf({ titles, rankings }: Pick<Deliberation, "titles" | "rankings">): Ranked[] {
  const placeOf = (method: RankMethod, series: number): number | null =>
    rankings.find((ranking) => ranking.method === method)?.lines.find((line) => line.series === series)?.rank ?? null;
  const ranked = titles.map(({ series }) => ({ title: series, places: METHODS.map((method) => placeOf(method, series)) }));
  const first = ({ places }: Ranked): number => places[0] ?? Infinity;
  return ranked.sort((a, b) => (first(a) === first(b) ? 0 : first(a) - first(b)));
}

export type Finding = { kind: "nothing" } | { kind: "agreed" | "shared"; titles: number[] } | { kind: "disputed"; by: { method: RankMethod; titles: number[] }[] };

/** Who wins, in one sentence: by all orders, shared, or depending on the order. */
export function findingOf({ winners, disputed }: Pick<Deliberation, "winners" | "disputed">): Finding {
  const by = METHODS.map((method) => ({ method, titles: winners[method] ?? [] })).filter(({ titles }) => titles.length > 0);
  const [first] = by;
  if (!first) return { kind: "nothing" };
  if (disputed || isContested(by.map(({ titles }) => titles))) return { kind: "disputed", by };
  return { kind: first.titles.length > 1 ? "shared" : "agreed", titles: first.titles };
}

export interface Opinion {
  series: number;
  values: { who: number; value: number }[];
  mean: number | null;
  spread: number;
}

/** What the jurors gave each title, in the order of the titles; only what this reader may see. */
export function opinionsOf(ranked: readonly Ranked[], cells: readonly TableCell[]): Opinion[] {
  return ranked.map(({ title }) => {
    const values = cells.flatMap(({ juror, series, state, mean }) => (series === title && state === "scored" && mean !== null ? [{ who: juror, value: mean }] : []));
    const numbers = values.map(({ value }) => value);
    return { series: title, values, mean: numbers.length > 0 ? numbers.reduce((sum, each) => sum + each, 0) / numbers.length : null, spread: spreadOf(numbers) };
  });
}

/** Where the jury is furthest apart: what there is to talk about. Null where they never are. */
export function widestOf(opinions: readonly Opinion[]): Opinion | null {
  const widest = opinions.reduce<Opinion | null>((found, each) => (each.spread > (found?.spread ?? 0) ? each : found), null);
  return widest;
}

/** A title that leads none of the orders needs a word of why. */
export function isAgainst(winners: Deliberation["winners"], series: number): boolean {
  const leading = METHODS.flatMap((method) => winners[method] ?? []);
  return leading.length > 0 && !leading.includes(series);
}
