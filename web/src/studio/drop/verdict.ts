/** What a film may be sent as: fine, with a remark, after a decision, or not at all. Pure. */

import type { SectionRef } from "../../api/types";
import type { Found } from "./container";
import type { Refusal } from "./kinds";

/** A section's own rules, where it has some. */
export type Rules = Pick<SectionRef, "landscape"> & Partial<Pick<SectionRef, "min_seconds" | "max_seconds" | "min_episodes" | "max_episodes">>;

export type Remark = "turned" | "bars" | "ratio" | "small" | "variable" | "hdr" | "no_sound";

const LONGEST = 600;
/** Exporters add a frame or two. */
const ROUNDING = 0.5;
const UPRIGHT = 9 / 16;
/** 1080 x 1916 is nine to sixteen as well. */
const NEARLY = 0.02;
const SMALL = 540;

/** What the festival's own gate refuses, in its words. */
export function refusalOfFilm(found: Found, rules: Rules, clock: (seconds: number) => string): Refusal | null {
  if (found.seconds > LONGEST + ROUNDING) return { code: "too-long", values: { length: clock(found.seconds) } };
  if (found.width < found.height || rules.landscape === "letterbox") return null;
  return { code: "not-vertical", values: { width: found.width, height: found.height } };
}

/** By what the length misses the section's rule. */
export function lengthDoubt(found: Found, { min_seconds: least, max_seconds: most }: Rules): "too_short" | "too_long" | null {
  if (least && found.seconds < least - ROUNDING) return "too_short";
  return most && found.seconds > most + ROUNDING ? "too_long" : null;
}

export function remarksOn(found: Found): Remark[] {
  const { width, height } = found;
  const wide = width >= height;
  const said: [Remark, boolean][] = [
    ["turned", found.turned && !wide],
    ["bars", wide],
    ["ratio", !wide && Math.abs(width / height / UPRIGHT - 1) > NEARLY],
    ["small", Math.min(width, height) < SMALL],
    ["variable", found.variable],
    ["hdr", found.hdr],
    ["no_sound", !found.sound],
  ];
  return said.filter(([, holds]) => holds).map(([remark]) => remark);
}

/** "9:16", or the size where it is something else. */
export function shapeOf({ width, height }: Found): string {
  return Math.abs(width / height / UPRIGHT - 1) <= NEARLY ? "9:16" : `${String(width)}×${String(height)}`;
}

/** How many episodes too few or too many a series of so many has. */
export function countDoubt(count: number, { min_episodes: least, max_episodes: most }: Rules): "too_few" | "too_many" | null {
  if (least && count < least) return "too_few";
  return most && count > most ? "too_many" : null;
}
