/** The producer's series as the server last told them, and the files on their way. */

import { get, post, remove } from "../../api/client";
import { follow, type Handlers } from "../../api/live";
import type { Problem } from "../../api/problem";
import type { EpisodeState, StudioSeries } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { Sendings } from "../upload/sending.svelte";

/** How many topics one stream carries. */
const TOPICS = 40;
/** How many streams this page opens: enough for a series of 80 that is dropped at once. */
const STREAMS = 2;
const MOVING = new Set<EpisodeState["state"]>(["uploading", "received", "queued", "encoding"]);

class Book {
  series = $state.raw<StudioSeries[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  stale = $state(false);
  /** Episodes whose state will change by itself, as one string, so that it only changes with its content. */
  readonly moving = $derived.by(() => {
    const all = (this.series ?? []).flatMap(({ episodes }) => episodes);
    const awaited = all.filter(({ state }) => MOVING.has(state));
    const improving = all.filter(({ state, improving }) => improving && !MOVING.has(state));
    return [...awaited, ...improving].slice(0, TOPICS * STREAMS).map(({ id }) => id).join();
  });

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.series = await get<StudioSeries[]>("/api/studio/series", { retries: 2 });
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  find(id: number): StudioSeries | undefined {
    return this.series?.find((series) => series.id === id);
  }

  add(series: StudioSeries): void {
    this.series = [...(this.series ?? []), series];
  }

  /** What an episode is now; an older report that arrives late changes nothing. */
  take(state: EpisodeState): void {
    this.series = (this.series ?? []).map((series) => {
      if (series.id !== state.series) return series;
      const others = series.episodes.filter(({ id }) => id !== state.id);
      const known = series.episodes.find(({ id }) => id === state.id);
      const latest = known && known.updated_at > state.updated_at ? known : state;
      return { ...series, episodes: [...others, latest].sort((a, b) => a.number - b.number) };
    });
  }

  /** Keep the moving episodes up to date until the returned function is called. */
  follow(moving: string): () => void {
    if (!moving) return () => undefined;
    const ids = moving.split(",").map(Number);
    const late = new Set<number>();
    const ends = Array.from({ length: Math.ceil(ids.length / TOPICS) }, (_, index) => {
      const handlers: Handlers = {};
      for (const id of ids.slice(index * TOPICS, (index + 1) * TOPICS)) handlers[`episode:${id}:state`] = (state) => { this.take(state); };
      const onstale = (stale: boolean): void => {
        if (stale) late.add(index);
        else late.delete(index);
        this.stale = late.size > 0;
      };
      return follow(handlers, { onstale });
    });
    return () => { for (const end of ends) end(); };
  }

  async createEpisode(series: number, number: number): Promise<EpisodeState> {
    const state = await post<EpisodeState>(`/api/studio/series/${String(series)}/episodes`, { number, title: {} });
    this.take(state);
    return state;
  }

  async retry(episode: EpisodeState): Promise<void> {
    this.take(await post<EpisodeState>(`/api/studio/episodes/${String(episode.id)}/retry`));
  }

  /** Give up what has arrived of an upload; the episode is as it was before it. */
  async cancelUpload(episode: EpisodeState): Promise<EpisodeState> {
    sendings.drop(episode.id);
    if (episode.upload) await remove(`/api/studio/uploads/${episode.upload}`);
    const series = await get<StudioSeries>(`/api/studio/series/${String(episode.series)}`);
    this.series = (this.series ?? []).map((each) => (each.id === series.id ? series : each));
    return series.episodes.find(({ id }) => id === episode.id) ?? { ...episode, upload: null, state: "awaiting_upload" };
  }
}

export const book = new Book();
export const sendings = new Sendings((state) => { book.take(state); });
