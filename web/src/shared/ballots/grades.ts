import type { AwardCard } from "../../api/types";
import type { Answer } from "../outbox/rules";
import type { Key, words as pageWords } from "../words.svelte";

type Scale = Pick<AwardCard, "kind" | "min" | "max">;

/** Each mark of a scale has a word; a scale of another length is figures only. */
const FIVE: readonly Key[] = ["phone.grade.1", "phone.grade.2", "phone.grade.3", "phone.grade.4", "phone.grade.5"];
const SIX: readonly Key[] = ["phone.mark.1", "phone.mark.2", "phone.mark.3", "phone.mark.4", "phone.mark.5", "phone.mark.6"];
const YES_NO: readonly Key[] = ["phone.no", "phone.yes"];

export function gradeName(value: number, scale: Scale): Key | null {
  const names = { stars: FIVE, grades: SIX, yesno: YES_NO }[scale.kind as string] ?? [];
  return scale.max - scale.min + 1 === names.length ? (names[value - scale.min] ?? null) : null;
}

type Words = Pick<typeof pageWords, "say">;

/** A mark as it is said aloud: "4 of 5 stars, very good". */
export function sayMark(value: number, scale: Scale, words: Words): string {
  const name = gradeName(value, scale);
  if (scale.kind === "yesno" && name) return words.say(name);
  const figures = words.say(scale.kind === "stars" ? "phone.ballot.stars_of" : "phone.ballot.mark_of", { value, max: scale.max });
  return name ? words.say("phone.ballot.mark_named", { mark: figures, name: words.say(name) }) : figures;
}

/** What was voted, short, for the reader's own list: never on a receipt. */
export function sayVote(vote: Answer, award: Scale, words: Words): string {
  if (vote.choices !== null) return words.say("phone.ballot.chosen_count", { count: vote.choices.length });
  return sayMark(vote.value, award, words);
}

/** "7K4MQ2XD9HTW" in three groups of four, to be read aloud. */
export function grouped(receipt: string): string {
  return receipt.match(/.{1,4}/g)?.join("-") ?? receipt;
}
