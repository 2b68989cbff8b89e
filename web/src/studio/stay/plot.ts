/** Where things stand in the drawings of "who stayed". Pure. */

import type { Carried, Leaving } from "../../api/types";

export interface Frame {
  width: number;
  height: number;
  /** room around the drawing: at the reading start for figures of the axis */
  start: number;
  end: number;
  top: number;
  bottom: number;
  /** time runs from right to left */
  mirrored: boolean;
}

export interface Dot {
  number: number;
  x: number;
  y: number;
  low: number;
  high: number;
  value: number;
}

/** A place along the axis, `part` of the way. */
export function across({ width, start, end, mirrored }: Frame, part: number): number {
  const way = start + part * (width - start - end);
  return round(mirrored ? width - way : way);
}

export function up({ height, top, bottom }: Frame, share: number): number {
  return round(top + (1 - share) * (height - top - bottom));
}

/** The points that may be shown, each at its episode's place. */
export function dots(points: readonly Carried[], frame: Frame): Dot[] {
  return points.flatMap(({ number, share }, index) => {
    if (!share) return [];
    const x = across(frame, points.length > 1 ? index / (points.length - 1) : 0.5);
    return [{ number, x, y: up(frame, share.value), low: up(frame, share.low), high: up(frame, share.high), value: share.value }];
  });
}

export function line(found: readonly Dot[]): string {
  return found.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${String(x)} ${String(y)}`).join("");
}

export function band(found: readonly Dot[]): string {
  const there = found.map(({ x, high }) => `${String(x)} ${String(high)}`);
  const back = found.map(({ x, low }) => `${String(x)} ${String(low)}`).reverse();
  return found.length > 1 ? `M${[...there, ...back].join("L")}Z` : "";
}

/** Every how many episodes there is room for a number below the axis. */
export function every(count: number, width: number, room = 26): number {
  return [1, 2, 5, 10, 20, 50].find((step) => (count / step) * room <= width) ?? 100;
}

/** Stretches as steps: as high as many leave in a second of them, the highest fills the frame. */
export function steps({ stretches, duration }: Leaving, frame: Frame): string {
  if (stretches.length === 0) return "";
  const pace = ({ start, end, viewers }: Leaving["stretches"][number]): number => viewers / (end - start);
  const most = Math.max(...stretches.map(pace));
  const floor = up(frame, 0);
  const corners = stretches.flatMap((each) => {
    const y = up(frame, pace(each) / most);
    return [each.start, Math.min(each.end, duration)].map((second) => `${String(across(frame, second / duration))} ${String(y)}`);
  });
  return `M${String(across(frame, 0))} ${String(floor)}L${corners.join("L")}L${String(across(frame, 1))} ${String(floor)}Z`;
}

/** As many seconds before the place as it takes to see what happens there. */
export function startBefore(second: number): number {
  return Math.max(0, second - 6);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
