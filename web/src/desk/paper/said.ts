/** Sheets and batches in words. */

import { Problem } from "../../api/problem";
import type { PaperBatch } from "../../api/types";
import { words } from "../../shared/words.svelte";
import type { Form } from "./typed";

/** "4 of 5", "yes". */
export function sayValue(value: number, { kind, max }: Pick<Form, "kind" | "max">): string {
  if (kind === "yesno" && (value === 0 || value === 1)) return words.say(value === 1 ? "paper.yes" : "paper.no");
  return words.say("paper.of", { value, max });
}

/** Where the sheets come from. */
export function placeOf({ place, screening }: Pick<PaperBatch, "place" | "screening">): string {
  return [words.pick(screening), place].filter(Boolean).join(", ");
}

/** The sheets that a refusal names, if it names any. */
export function placesIn(problem: Problem): number[] {
  const values = problem.body["values"] as { places?: number[] } | undefined;
  return values?.places ?? [];
}
