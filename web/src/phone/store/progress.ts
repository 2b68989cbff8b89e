/** What has been watched on this phone. Pure; kept by resume.svelte.ts. */

import type { WatchRule } from "../../api/types";

export interface EpisodeProgress {
  seconds: number;
  duration: number;
  done: boolean;
}

export interface SeriesProgress {
  episodes: Record<number, EpisodeProgress>;
  /** number of the episode watched last */
  last: number;
  /** when, in milliseconds */
  at: number;
}

export type Progress = Record<string, SeriesProgress>;

export interface EpisodeLength {
  number: number;
  duration_ms: number;
}

export interface Continuation {
  number: number;
  seconds: number;
}

const KEPT_SERIES = 60;

/** The credits do not have to be watched. */
export function isDone(seconds: number, duration: number): boolean {
  return duration > 0 && seconds >= Math.max(duration * 0.9, duration - 3);
}

export function watch(progress: Progress, slug: string, number: number, seconds: number, duration: number, now: number): Progress {
  const series = progress[slug] ?? { episodes: {}, last: number, at: now };
  const before = series.episodes[number];
  const done = before?.done === true || isDone(seconds, duration);
  const episodes = { ...series.episodes, [number]: { seconds, duration, done } };
  return newest({ ...progress, [slug]: { episodes, last: number, at: now } });
}

/** Two devices of one reader: what either has seen is seen, and the place is that of the later one. */
export function merge(own: Progress, other: Progress): Progress {
  const all = { ...own };
  for (const [slug, series] of Object.entries(other)) {
    const here = own[slug];
    all[slug] = here ? together(here, series) : series;
  }
  return newest(all);
}

function together(one: SeriesProgress, other: SeriesProgress): SeriesProgress {
  const [later, earlier] = other.at > one.at ? [other, one] : [one, other];
  const episodes = { ...earlier.episodes };
  for (const [number, { seconds, duration, done }] of Object.entries(later.episodes)) {
    episodes[Number(number)] = { seconds, duration, done: done || earlier.episodes[Number(number)]?.done === true };
  }
  return { ...later, episodes };
}

function newest(progress: Progress): Progress {
  const slugs = Object.keys(progress);
  if (slugs.length <= KEPT_SERIES) return progress;
  const kept = Object.entries(progress).sort(([, a], [, b]) => b.at - a.at).slice(0, KEPT_SERIES);
  return Object.fromEntries(kept);
}

export function watchedCount(series: SeriesProgress | undefined): number {
  return Object.values(series?.episodes ?? {}).filter((episode) => episode.done).length;
}

/** Where a film goes on: in the episode watched last, or at the start of the one after it. Null before the first. */
export function continuation(series: SeriesProgress | undefined, episodes: readonly EpisodeLength[]): Continuation | null {
  if (!series) return null;
  const last = series.episodes[series.last];
  if (last && !isDone(last.seconds, last.duration)) return { number: series.last, seconds: last.seconds };
  const next = episodes.find((episode) => episode.number > series.last && !series.episodes[episode.number]?.done);
  if (next) return { number: next.number, seconds: series.episodes[next.number]?.seconds ?? 0 };
  return null;
}

export function startSeconds(series: SeriesProgress | undefined, number: number): number {
  const episode = series?.episodes[number];
  return episode && !isDone(episode.seconds, episode.duration) ? episode.seconds : 0;
}

export function remainingMs(series: SeriesProgress | undefined, episodes: readonly EpisodeLength[]): number {
  return episodes
    .filter((episode) => !series?.episodes[episode.number]?.done)
    .reduce((sum, episode) => sum + episode.duration_ms - (series?.episodes[episode.number]?.seconds ?? 0) * 1000, 0);
}

interface Size {
  episode_count: number;
  duration_ms: number;
}

export interface Gap {
  /** episodes still to be watched before the ballot appears by itself */
  missing: number;
  /** episodes wanted in all */
  needed: number;
  /** a vote may be given now: where an award asks for nothing to be watched, before its ballot appears by itself */
  may: boolean;
}

/**
 * How far this reader is from the ballot of an entry: a whole series, or one episode of it. The award's rule decides,
 * whichever of its two parts is met first. Without a rule a vote may be given at once; the ballot comes after half.
 */
export function gapOf(
  rule: WatchRule | null,
  series: SeriesProgress | undefined,
  size: Size,
  episode: number | null = null,
): Gap {
  const seen = episode === null ? watchedCount(series) : Number(series?.episodes[episode]?.done === true);
  const wanted = episode === null ? wantedOf(rule, series, size) : 1;
  const missing = Math.max(0, wanted - seen);
  return { missing, needed: Math.max(1, seen + missing), may: missing === 0 || rule === null };
}

/** How many episodes a rule asks for; half of them where the award leaves it open. */
function wantedOf(rule: WatchRule | null, series: SeriesProgress | undefined, size: Size): number {
  if (rule === null) return Math.ceil(size.episode_count / 2);
  const byEpisodes = Math.min(rule.episodes ?? Infinity, size.episode_count);
  const byMinutes = rule.share == null ? Infinity : watchedCount(series) + episodesFor(rule.share, series, size);
  return Math.min(byEpisodes, byMinutes);
}

/** About how many more episodes make up this share of the minutes. */
function episodesFor(share: number, series: SeriesProgress | undefined, size: Size): number {
  const seen = Object.values(series?.episodes ?? {}).reduce((sum, each) => sum + (each.done ? each.duration : each.seconds) * 1000, 0);
  const each = size.duration_ms / Math.max(1, size.episode_count);
  return each > 0 ? Math.max(0, Math.ceil((share * size.duration_ms - seen) / each)) : 0;
}

/** The series to go on with: watched last and not finished. */
export function unfinished(progress: Progress, counts: ReadonlyMap<string, number>): string | null {
  const open = Object.entries(progress).filter(([slug, series]) => {
    const count = counts.get(slug);
    return count !== undefined && watchedCount(series) < count;
  });
  return open.sort(([, a], [, b]) => b.at - a.at)[0]?.[0] ?? null;
}
