import type { AwardCard, EntryRef, SeriesCard } from "../../api/types";
import { WHOLE_BALLOT } from "../../shared/outbox/rules";
import { ballots, type OwnVote } from "../store/ballots.svelte";
import { catalogue } from "../store/catalogue.svelte";
import { gapOf, type Gap } from "./gap";
import { resume } from "../store/resume.svelte";
import { isChoice } from "../../shared/ballots/choices";
import type { VoteSheet } from "./sheet-names";

export { sheetOf, type VoteSheet } from "./sheet-names";

type Watched = Pick<SeriesCard, "slug" | "entries" | "episode_count" | "duration_ms">;

/** A question about a series, or one of its episodes: an entry to mark, or an award's whole ballot it stands on. */
export interface Asked {
  award: AwardCard;
  question: number;
  entry: number;
  /** the number of the episode, where episodes compete */
  episode: number | null;
  gap: Gap;
  vote: OwnVote | null;
}

/** What is asked about a series now, in its open awards. A whole ballot is one question, however many entries it has here. */
export function askedOf(card: Watched): Asked[] {
  const refs = catalogue.openEntries(card.entries);
  return refs.flatMap((ref, index) => {
    const award = catalogue.award(ref.award);
    const again = refs.findIndex((other) => other.award === ref.award) < index;
    if (!award || (again && isChoice(award.kind))) return [];
    const question = questionOf(award, ref.entry);
    const episode = isChoice(award.kind) ? null : episodeOf(ref, refs);
    const gap = gapOf(award.watch, resume.of(card.slug), card, episode);
    return [{ award, question, entry: ref.entry, episode, gap, vote: ballots.vote(ref.award, question) }];
  });
}

/** The number of the episode an entry is; known once the award's page is here. */
export function episodeOf(ref: EntryRef, refs: readonly EntryRef[]): number | null {
  const several = refs.filter(({ award }) => award === ref.award).length > 1;
  return several ? (ballots.entry(ref.award, ref.entry)?.episode ?? null) : null;
}

export function questionOf(award: AwardCard, entry: number): number {
  return isChoice(award.kind) ? WHOLE_BALLOT : entry;
}

/** Not answered yet, or refused. */
export function isOpen(vote: OwnVote | null): boolean {
  return vote === null || vote.state === "refused";
}

/** How many questions this reader may answer now and has not. */
export function asked(): number {
  const due = catalogue.cards.flatMap(askedOf).filter(({ gap, vote }) => gap.missing === 0 && isOpen(vote));
  return new Set(due.map(({ award, question }) => `${String(award.id)}:${String(question)}`)).size;
}

export interface Place {
  award: AwardCard;
  question: number;
  /** the series marked; null where the whole ballot is one question */
  card: SeriesCard | null;
  /** the number of the episode marked, where episodes compete */
  episode: number | null;
  /** the entry a whole ballot was opened from */
  suggested: number | null;
}

export function placeOf(sheet: string | null): { kind: VoteSheet; place: Place } | null {
  const match = /^(ballot|receipt)-(\d+)-(\d+)$/.exec(sheet ?? "");
  if (!match) return null;
  const kind = match[1] === "ballot" ? "ballot" : "receipt";
  const ref: EntryRef = { award: Number(match[2]), entry: Number(match[3]) };
  const award = catalogue.award(ref.award);
  if (award && isChoice(award.kind)) {
    return { kind, place: { award, question: WHOLE_BALLOT, card: null, episode: null, suggested: ref.entry || null } };
  }
  const card = catalogue.cards.find(({ entries }) => entries.some((own) => own.award === ref.award && own.entry === ref.entry));
  return award && card ? { kind, place: { award, question: ref.entry, card, episode: episodeOf(ref, card.entries), suggested: null } } : null;
}
