/** Whoever stands before the screen, for as long as they do. All that is known of them is in here and nowhere else. */

import type { FeedItem } from "../../api/types";
import { uuid7 } from "../../shared/uuid7";
import type { ShownAward } from "./show";
import type { VoteAnswer } from "../device/chain";

export type Span = [start: number, end: number];

export interface Cast {
  id: string;
  value: number | null;
  choices: readonly number[] | null;
  /** "saving": not on the disk yet; "saved": on this screen; the rest is the festival's answer. */
  state: "saving" | "saved" | "lost" | VoteAnswer["outcome"];
  reason: string | null;
  receipt: string | null;
}

/** Two looks at the place in a film that are so far apart are no watching. */
const JUMP = 2;
/** The credits do not have to be watched. */
const DONE = 0.9;

export class Visitor {
  readonly id = uuid7();
  larger = $state(false);
  film = $state.raw<FeedItem | null>(null);
  /** The sealed badge, once it was scanned. */
  badge = $state<string | null>(null);
  /** by question: an award, or one entry of it */
  votes = $state.raw<ReadonlyMap<string, Cast>>(new Map());
  readonly watched = new Map<number, Span[]>();
  /** Questions that came up by themselves: once is enough. */
  readonly asked = new Set<string>();
  #done = $state.raw<ReadonlyMap<number, ReadonlySet<number>>>(new Map());

  /** Seconds of an episode that were seen, as they are seen. */
  saw({ episode, series }: FeedItem, time: number): void {
    const spans = this.watched.get(episode.id) ?? [];
    const last = spans.at(-1);
    if (last && time >= last[1] && time - last[1] < JUMP) last[1] = time;
    else spans.push([time, time]);
    this.watched.set(episode.id, spans);
    if (seconds(spans) * 1000 >= episode.duration_ms * DONE) this.#finish(series.id, episode.id);
  }

  #finish(series: number, episode: number): void {
    const done = this.#done.get(series) ?? new Set<number>();
    if (!done.has(episode)) this.#done = new Map(this.#done).set(series, new Set([...done, episode]));
  }

  /** Episodes still to be watched before a vote for this series; 0 where it may be given. */
  missing({ watch }: Pick<ShownAward, "watch">, { series }: FeedItem): number {
    if (watch === null) return 0;
    const wanted = Math.min(watch.episodes ?? series.episode_count, Math.ceil((watch.share ?? 1) * series.episode_count), series.episode_count);
    return Math.max(0, wanted - (this.#done.get(series.id)?.size ?? 0));
  }

  vote(question: string, cast: Cast): void {
    this.votes = new Map(this.votes).set(question, cast);
  }

  /** The festival has answered for one of this visitor's votes. */
  hear({ id, outcome, reason, receipt }: VoteAnswer): void {
    for (const [question, cast] of this.votes) if (cast.id === id) this.vote(question, { ...cast, state: outcome, reason, receipt });
  }
}

export function seconds(spans: readonly Span[]): number {
  return spans.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** Where marks are given, each entry is a question of its own; a choice is one for the whole award. */
export function questionOf(award: ShownAward, entry: number): string {
  return isChoice(award) ? String(award.id) : `${String(award.id)}:${String(entry)}`;
}

export function isChoice({ kind }: Pick<ShownAward, "kind">): boolean {
  return kind === "favourite" || kind === "approval" || kind === "ranking";
}
