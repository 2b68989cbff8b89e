/** What was found in a file, in a few words. */

import { words } from "../../shared/words.svelte";
import type { Found } from "../drop/container";
import { remarksOn, shapeOf, type Remark } from "../drop/verdict";

/** A size among right-to-left words keeps its order. */
const apart = (size: string): string => `\u2066${size}\u2069`;

/** "9:16, 1:31, sound" */
export function sayFound(found: Found): string {
  return [apart(shapeOf(found)), words.clock(found.seconds), words.say(found.sound ? "studio.drop.sound" : "studio.drop.silent")].join(", ");
}

/** The same with the rate, for the sheet. */
export function sayFacts(found: Found): string {
  const { width, height, fps } = found;
  const rate = fps === null ? [] : [words.say("studio.drop.fps", { rate: words.number(Math.round(fps * 100) / 100) })];
  return [apart(`${String(width)}×${String(height)}`), words.clock(found.seconds), ...rate, words.say(found.sound ? "studio.drop.sound" : "studio.drop.silent")].join(", ");
}

export const sayRemark = (remark: Remark): string => words.say(`studio.drop.warn.${remark}`);

/** "Turned upright, 1:31", for the list, where silence is among the facts already; empty where there is nothing to say. */
export function sayRemarks(found: Found): string {
  const remarks = remarksOn(found).filter((remark) => remark !== "no_sound").map(sayRemark);
  return remarks.length > 0 ? [...remarks, words.clock(found.seconds)].join(", ") : "";
}
