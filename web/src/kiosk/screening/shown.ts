/** What a hall's screen does with an answer about its code. Pure. */

import type { HallCode } from "../../api/types";

export type Phase = "before" | "open" | "after";

/** A code is shown for this many seconds. */
export const WINDOW = 30;
/** An answer may be so late before what is shown counts as old, in milliseconds. */
export const LATE_MS = 3_000;
const LEAST_MS = 250;

type Times = Pick<HallCode, "starts_at" | "ends_at" | "now" | "seconds_left">;

export function phaseOf({ code, now, starts_at }: Pick<HallCode, "code" | "now" | "starts_at">): Phase {
  if (code !== null) return "open";
  return Date.parse(now) < Date.parse(starts_at) ? "before" : "after";
}

/** Milliseconds until there is something new to show: the next code, the beginning or the end. */
export function waitOf({ starts_at, ends_at, now, seconds_left }: Times): number {
  const at = Date.parse(now);
  const turns = [seconds_left * 1000, Date.parse(starts_at) - at, Date.parse(ends_at) - at].filter((wait) => wait > 0);
  return Math.max(LEAST_MS, Math.min(...turns));
}
