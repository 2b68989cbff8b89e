/** The producer's series as the server last told them, and the files on their way. */

import { get, post, remove } from "../../api/client";
import { follow, type Handlers } from "../../api/live";
import type { Problem } from "../../api/problem";
import type { EpisodeState, Space, StudioSeries } from "../../api/types";
import { problemFrom, session } from "../../shared/crew/session.svelte";
import { Sendings } from "../upload/sendings.svelte";

/** How many topics one stream carries. */
const TOPICS = 40;
const MOVING = new Set<EpisodeState["state"]>(["uploading", "received", "queued", "encoding"]);

class Book {
  series = $state.raw<StudioSeries[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  stale = $state(false);
  /** The series whose page is open: it is followed also while nothing of it moves, since other tabs may add to it. */
  open = $state<number | null>(null);
  /** The room of the company whose series is open. */
  space = $state.raw<Space | null>(null);
  /** Series whose states will change by themselves, as one string, so that it only changes with its content. */
  readonly moving = $derived.by(() => {
    const moves = ({ episodes }: StudioSeries): boolean => episodes.some(({ state, improving, sounds }) => MOVING.has(state) || improving || sounds.some((sound) => MOVING.has(sound.state)));
    const ids = (this.series ?? []).filter((series) => moves(series) && series.id !== this.open).map(({ id }) => id);
    return [...(this.open === null ? [] : [this.open]), ...ids].slice(0, TOPICS).join();
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

  /** Submitted, and the deadline has passed: only organisers may still change it. */
  locked(id: number): boolean {
    return session.account?.role !== "organiser" && (this.find(id)?.submission?.locked ?? false);
  }

  add(series: StudioSeries): void {
    this.series = [...(this.series ?? []), series];
  }

  /** What episodes are now; an older report that arrives late changes nothing. */
  take(...states: readonly EpisodeState[]): void {
    this.series = (this.series ?? []).map((series) => {
      const known = new Map(series.episodes.map((episode) => [episode.id, episode]));
      const news = states.filter((state) => state.series === series.id && !((known.get(state.id)?.updated_at ?? "") > state.updated_at));
      if (news.length === 0) return series;
      for (const state of news) known.set(state.id, state);
      return { ...series, episodes: [...known.values()].sort((a, b) => a.number - b.number) };
    });
  }

  /** Keep these series up to date until the returned function is called. */
  follow(moving: string): () => void {
    if (!moving) return () => undefined;
    const handlers: Handlers = {};
    for (const id of moving.split(",").map(Number)) handlers[`series:${id}:states`] = (states) => { this.take(...states); };
    return follow(handlers, { onstale: (stale) => { this.stale = stale; } });
  }

  async createEpisode(series: number, number: number): Promise<EpisodeState> {
    const state = await post<EpisodeState>(`/api/studio/series/${String(series)}/episodes`, { number, title: {} });
    this.take(state);
    return state;
  }

  async retry(episode: EpisodeState): Promise<void> {
    this.take(await post<EpisodeState>(`/api/studio/episodes/${String(episode.id)}/retry`));
  }

  async refresh(id: number): Promise<StudioSeries> {
    const series = await get<StudioSeries>(`/api/studio/series/${String(id)}`, { retries: 2 });
    this.series = (this.series ?? []).map((each) => (each.id === series.id ? series : each));
    return series;
  }

  /** How much room there is; where that cannot be asked now, what was known stays. */
  async measure(series: number): Promise<void> {
    this.space = await get<Space>(`/api/studio/series/${String(series)}/space`).catch(() => this.space);
  }

  /** Give up what has arrived of an upload; the episode is as it was before it. */
  async cancelUpload(episode: EpisodeState): Promise<EpisodeState> {
    sendings.drop(episode.id);
    if (episode.upload) await remove(`/api/studio/uploads/${episode.upload}`);
    const series = await this.refresh(episode.series);
    return series.episodes.find(({ id }) => id === episode.id) ?? { ...episode, upload: null, state: "awaiting_upload" };
  }
}

export const book = new Book();
export const sendings: Sendings = new Sendings({
  onstate: (state) => { book.take(state); },
  look: async ({ episode, series }) => (await book.refresh(series)).episodes.find(({ id }) => id === episode),
});
