/** What was found in a file, in a few words. */

import { words } from "../../shared/words.svelte";
import type { Found } from "../drop/container";
import { remarksOn, shapeOf, type Remark } from "../drop/verdict";

/** "9:16, 1:31, sound" */
export function sayFound(found: Found): string {
  return [shapeOf(found), words.clock(found.seconds), words.say(found.sound ? "studio.drop.sound" : "studio.drop.silent")].join(", ");
}

/** The same with the rate, for the sheet. */
export function sayFacts(found: Found): string {
  const { width, height, fps } = found;
  const rate = fps === null ? [] : [words.say("studio.drop.fps", { rate: words.number(Math.round(fps * 100) / 100) })];
  return [`${String(width)}×${String(height)}`, words.clock(found.seconds), ...rate, words.say(found.sound ? "studio.drop.sound" : "studio.drop.silent")].join(", ");
}

export const sayRemark = (remark: Remark): string => words.say(`studio.drop.warn.${remark}`);

/** Remarks for the list, where silence is among the facts already. */
export function sayRemarks(found: Found): string {
  return remarksOn(found).filter((remark) => remark !== "no_sound").map(sayRemark).join(", ");
}
