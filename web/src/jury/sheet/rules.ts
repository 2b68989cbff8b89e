/** What a juror's sheets come to. Pure. */

import type { Criterion, JuryTitle, OrderLine, Rubric } from "../../api/jury";

export type Grades = Readonly<Record<string, number>>;

const LEAST = 1;
const MOST = 6;
/** More grades than these are chosen on a line instead of by buttons. */
const MOST_BUTTONS = 11;

export interface Scale {
  least: number;
  most: number;
}

export const scaleOf = ({ least = LEAST, most = MOST }: Partial<Scale>): Scale => ({ least, most });

/** The grades as buttons; none where there are too many of them. */
export function buttonsOf({ least, most }: Scale): number[] {
  return most - least < MOST_BUTTONS ? Array.from({ length: most - least + 1 }, (_, index) => least + index) : [];
}

/** The weighted mean of what is given; `whole` when every criterion that must have a grade has one. */
export function meanOf({ criteria }: Pick<Rubric, "criteria">, grades: Grades): { mean: number; whole: boolean } | null {
  const given = criteria.filter(({ key }) => grades[key] !== undefined);
  const weight = given.reduce((sum, each) => sum + each.weight, 0);
  if (weight === 0) return null;
  const mean = given.reduce((sum, { key, weight: own }) => sum + own * (grades[key] ?? 0), 0) / weight;
  return { mean, whole: criteria.every((each) => !each.required || grades[each.key] !== undefined) };
}

/** The criterion to go on with: the next without a grade, from this one on and then from the top. */
export function nextOpen(criteria: readonly Criterion[], grades: Grades, after: number): number {
  const order = criteria.map((_, index) => (after + 1 + index) % criteria.length);
  return order.find((index) => grades[criteria[index]?.key ?? ""] === undefined) ?? after;
}

export type Standing = "recused" | "skipped" | "done" | "scored" | "seen" | "begun" | "new";

export interface Stand {
  seen: boolean;
  begun: boolean;
  whole: boolean;
  skipped: boolean;
  recused: boolean;
}

export function standingOf({ seen, begun, whole, skipped, recused }: Stand): Standing {
  if (recused) return "recused";
  if (skipped) return "skipped";
  if (whole) return seen ? "done" : "scored";
  if (seen) return "seen";
  return begun ? "begun" : "new";
}

/** Nothing more is asked of the juror here. */
export const isOver = (standing: Standing): boolean => standing === "done" || standing === "skipped" || standing === "recused";

export interface Placed extends OrderLine {
  whole: boolean;
}

/** Best first; those of one mean share a rank: 1, 1, 3. */
export function orderOf(means: readonly { series: number; mean: number; whole: boolean }[]): Placed[] {
  const rounded = means.map((each) => ({ ...each, mean: Math.round(each.mean * 1000) / 1000 }));
  const sorted = rounded.sort((a, b) => b.mean - a.mean || a.series - b.series);
  return sorted.map((each) => ({ ...each, rank: 1 + sorted.filter(({ mean }) => mean > each.mean).length }));
}

/** The title to go on with: the next that asks for something, in the order of the round, then from its top. */
export function nextTitle<Any extends Pick<JuryTitle, "series">>(items: readonly Any[], now: number, over: (item: Any) => boolean): Any | null {
  const at = items.findIndex(({ series }) => series === now);
  const order = items.map((_, index) => items[(at + 1 + index) % items.length]);
  return order.find((item) => item !== undefined && item.series !== now && !over(item)) ?? null;
}
