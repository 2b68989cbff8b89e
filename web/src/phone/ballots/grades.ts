import type { AwardCard } from "../../api/types";
import type { Key } from "../../shared/words.svelte";

/** The five-star scale has a word for each star; other scales are figures only. */
const FIVE: readonly Key[] = ["phone.grade.1", "phone.grade.2", "phone.grade.3", "phone.grade.4", "phone.grade.5"];

export function gradeName(value: number, scale: Pick<AwardCard, "min" | "max">): Key | null {
  return scale.min === 1 && scale.max === 5 ? (FIVE[value - 1] ?? null) : null;
}

/** "7K4MQ2XD9HTW" in three groups of four, to be read aloud. */
export function grouped(receipt: string): string {
  return receipt.match(/.{1,4}/g)?.join("-") ?? receipt;
}
