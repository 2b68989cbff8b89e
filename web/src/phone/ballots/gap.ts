/** How far a reader is from the ballot of what they watch. Pure. */

import type { WatchRule } from "../../api/types";
import { watchedCount, type SeriesProgress } from "../store/progress";

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
