import type { AwardCard, EntryRef, SeriesCard } from "../../api/types";
import { ballots } from "../store/ballots.svelte";
import { catalogue } from "../store/catalogue.svelte";
import { episodesUntilBallot } from "../store/progress";
import { resume } from "../store/resume.svelte";

/** How many questions this reader may answer now and has not. */
export function asked(): number {
  return catalogue.cards
    .filter((card) => episodesUntilBallot(resume.of(card.slug), card.episode_count) === 0)
    .flatMap((card) => catalogue.openEntries(card.entries))
    .filter((ref) => {
      const vote = ballots.vote(ref.award, ref.entry);
      return vote === null || vote.state === "refused";
    }).length;
}

export interface Place {
  award: AwardCard;
  entry: number;
  card: SeriesCard;
}

/** "ballot-1-11" or "receipt-1-11": the award and the entry a sheet speaks of. */
export function placeOf(sheet: string | null): { kind: "ballot" | "receipt"; place: Place } | null {
  const match = /^(ballot|receipt)-(\d+)-(\d+)$/.exec(sheet ?? "");
  if (!match) return null;
  const ref: EntryRef = { award: Number(match[2]), entry: Number(match[3]) };
  const award = catalogue.award(ref.award);
  const card = catalogue.cards.find(({ entries }) => entries.some((own) => own.award === ref.award && own.entry === ref.entry));
  return award && card ? { kind: match[1] === "ballot" ? "ballot" : "receipt", place: { award, entry: ref.entry, card } } : null;
}
