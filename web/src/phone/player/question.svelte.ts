import type { AwardCard, EntryRef } from "../../api/types";
import { ballots, type OwnVote } from "../store/ballots.svelte";
import { catalogue } from "../store/catalogue.svelte";
import { episodesUntilBallot } from "../store/progress";
import { resume } from "../store/resume.svelte";

export interface Question {
  award: AwardCard;
  entry: number;
  /** episodes still to be watched */
  missing: number;
  needed: number;
  vote: OwnVote | null;
}

/** What a reader may be asked about a series: its first open award without a counted vote, else the first open one. */
export function questionOf(slug: string, entries: readonly EntryRef[], episodeCount: number): Question | null {
  const open = catalogue.openEntries(entries).flatMap((ref) => {
    const award = catalogue.award(ref.award);
    return award ? [{ award, entry: ref.entry, vote: ballots.vote(ref.award, ref.entry) }] : [];
  });
  const chosen = open.find(({ vote }) => vote?.state !== "counted") ?? open[0];
  if (!chosen) return null;
  const needed = Math.ceil(episodeCount / 2);
  return { ...chosen, needed, missing: episodesUntilBallot(resume.of(slug), episodeCount) };
}
