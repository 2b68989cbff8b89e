/** What may be voted on the film in place. It comes after the picture. */

import type { FeedItem } from "../../api/types";
import { askedOf, type Asked } from "../ballots/asked";
import { isChoice } from "../../shared/ballots/choices";
import { sheetOf } from "../ballots/sheet-names";
import { ballots } from "../store/ballots.svelte";

/** What a reader may be asked about the episode in place: the first open award without a counted vote, else the first open one. */
export function questionOf({ series, entries, episode }: FeedItem): Asked | null {
  const open = askedOf({ ...series, entries }).filter((asked) => asked.episode === null || asked.episode === episode.number);
  return open.find(({ vote }) => vote?.state !== "counted") ?? open[0] ?? null;
}

/** The ballot that slides up by itself at the end of an episode, once; else null. */
export function offeredSheet(question: Asked | null): string | null {
  if (question?.gap.missing !== 0 || question.vote !== null || !ballots.offer(question.award.id, question.entry)) return null;
  return sheetOf("ballot", question.award.id, question.entry);
}

/** A counted mark shows its receipt; a ballot of choices opens again, as this film may be still to be added. */
export function sheetFor({ award, entry, vote, gap }: Asked): string {
  if (vote?.receipt && vote.state === "counted" && !isChoice(award.kind)) return sheetOf("receipt", award.id, entry);
  return gap.may || vote ? sheetOf("ballot", award.id, entry) : "episodes";
}
