/** Where marks of the deliberation's charts stand. Pure; lengths are shares of the chart, 0 to 1, in reading direction. */

/** One title in several orders: its place in each. */
export interface Ranked {
  title: number;
  /** 1 is best; several may share one; null where the order leaves the title out. */
  places: readonly (number | null)[];
}

export interface Stop {
  along: number;
  /** Row from the top, 0 first: titles that share a place stand in rows of their own. */
  row: number;
  place: number;
  shared: boolean;
}

export interface Course {
  title: number;
  stops: readonly (Stop | null)[];
}

/** The course of every title through the orders, side by side. Titles that share a place keep the order in which they are given. */
export function coursesOf(ranked: readonly Ranked[]): Course[] {
  const orders = ranked[0]?.places.length ?? 0;
  const columns = Array.from({ length: orders }, (_, order) => rowsOf(ranked.map(({ places }) => places[order] ?? null)));
  return ranked.map(({ title, places }, index) => ({
    title,
    stops: places.map((place, order) => {
      const row = columns[order]?.[index] ?? null;
      if (place === null || row === null) return null;
      const shared = ranked.some((other, at) => at !== index && other.places[order] === place);
      return { along: orders > 1 ? order / (orders - 1) : 0.5, row, place, shared };
    }),
  }));
}

function rowsOf(places: readonly (number | null)[]): (number | null)[] {
  const standing = places.flatMap((place, index) => (place === null ? [] : [{ place, index }]));
  standing.sort((a, b) => a.place - b.place || a.index - b.index);
  const rows = new Map(standing.map(({ index }, row) => [index, row]));
  return places.map((_, index) => rows.get(index) ?? null);
}

/** The lines between the stops of one course, as a path in a box of `width` by rows of `height`. */
export function pathOf(stops: readonly (Stop | null)[], width: number, height: number): string {
  const points = stops.map((stop) => (stop ? { x: stop.along * width, y: (stop.row + 0.5) * height } : null));
  return points
    .map((point, index) => {
      const before = points[index - 1];
      if (!point) return "";
      if (!before) return `M${round(point.x)},${round(point.y)}`;
      const half = (before.x + point.x) / 2;
      return `C${round(half)},${round(before.y)} ${round(half)},${round(point.y)} ${round(point.x)},${round(point.y)}`;
    })
    .join("");
}

/** The titles that are first in each order; more than one where they share the place. */
export function winnersOf(ranked: readonly Ranked[]): number[][] {
  const orders = ranked[0]?.places.length ?? 0;
  return Array.from({ length: orders }, (_, order) => ranked.filter(({ places }) => places[order] === 1).map(({ title }) => title));
}

/** Whether who wins depends on the way of counting. */
export function isContested(winners: readonly (readonly number[])[]): boolean {
  const said = winners.filter((each) => each.length > 0).map((each) => [...each].sort((a, b) => a - b).join());
  return new Set(said).size > 1;
}

export interface Dot<Who> {
  who: Who;
  value: number;
  along: number;
  /** 0 on the line; those of the same value stand upon each other. */
  level: number;
}

/** A dot for each value on a scale; equal ones are stacked instead of hidden. */
export function dotsOf<Who>(values: readonly { who: Who; value: number }[], from: number, to: number): Dot<Who>[] {
  const standing = new Map<number, number>();
  return values.map(({ who, value }) => {
    const slot = Math.round(value * 10);
    const level = standing.get(slot) ?? 0;
    standing.set(slot, level + 1);
    return { who, value, along: alongOf(value, from, to), level };
  });
}

export function alongOf(value: number, from: number, to: number): number {
  return to === from ? 0 : Math.min(1, Math.max(0, (value - from) / (to - from)));
}

/** How far apart the jurors are over one title: the width between the lowest and the highest. */
export function spreadOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
