/** What has been watched on this phone. Pure; kept by resume.svelte.ts. */

/** Where a phone keeps it. */
export const PROGRESS_KEY = "tallscreen.progress";

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

/** The series watched last. */
export function newest(progress: Progress): Progress {
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

/** The series to go on with: watched last and not finished. */
export function unfinished(progress: Progress, counts: ReadonlyMap<string, number>): string | null {
  const open = Object.entries(progress).filter(([slug, series]) => {
    const count = counts.get(slug);
    return count !== undefined && watchedCount(series) < count;
  });
  return open.sort(([, a], [, b]) => b.at - a.at)[0]?.[0] ?? null;
}
