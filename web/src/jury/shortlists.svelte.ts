/** What this juror is given to watch. */

import { get } from "../api/client";
import type { Problem } from "../api/problem";
import type { Feed, ListedSeries, Shortlist, Stream } from "../api/types";
import { problemFrom } from "../shared/crew/session.svelte";
import { streamOf } from "../shared/watch/stream-at";

class Shortlists {
  all = $state.raw<Shortlist[] | null>(null);
  problem = $state.raw<Problem | null>(null);

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.all = await get<Shortlist[]>("/api/jury/shortlists", { retries: 2 });
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }
}

export const shortlists = new Shortlists();

export interface Watchable {
  number: number;
  stream: Stream;
}

const PAGE = 20;

/** A released title as everyone sees it; of an unreleased one the first episode. */
export async function episodesOf(series: ListedSeries): Promise<Watchable[]> {
  const feed = await get<Feed>(`/api/feed?series=${series.slug}&from=1&limit=${String(PAGE)}`).catch(() => null);
  if (feed) return feed.items.map(({ episode, stream }) => ({ number: episode.number, stream }));
  return series.package ? [{ number: 1, stream: await streamOf(series.package) }] : [];
}
