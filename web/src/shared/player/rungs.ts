/** Which rung to fetch next: by measured throughput, by what the screen can show, by the reader's data saver. */

import type { VideoRendition } from "../../api/types";
import { ofFamily, type Family } from "./families";

/** Two moving averages, a quick and a slow one; the lower counts, so that it falls fast and rises slowly. */
export class Throughput {
  #quick: Average;
  #slow: Average;

  constructor(start: number | null = null) {
    this.#quick = new Average(3, start);
    this.#slow = new Average(9, start);
  }

  /** Small answers measure the round trip, not the link. */
  add(bytes: number, seconds: number): void {
    if (bytes < 8_000 || seconds <= 0) return;
    const rate = (bytes * 8) / seconds;
    this.#quick.add(rate, seconds);
    this.#slow.add(rate, seconds);
  }

  /** bit/s, or null before the first measurement */
  get estimate(): number | null {
    const [quick, slow] = [this.#quick.value, this.#slow.value];
    return quick === null || slow === null ? null : Math.min(quick, slow);
  }
}

class Average {
  #sum = 0;
  #weight = 0;
  readonly #halfLife: number;

  constructor(halfLife: number, start: number | null) {
    this.#halfLife = halfLife;
    if (start !== null) this.add(start, halfLife / 4);
  }

  add(rate: number, seconds: number): void {
    const keep = 0.5 ** (seconds / this.#halfLife);
    this.#sum = this.#sum * keep + rate * (1 - keep);
    this.#weight = this.#weight * keep + (1 - keep);
  }

  get value(): number | null {
    return this.#weight > 0 ? this.#sum / this.#weight : null;
  }
}

export interface Conditions {
  /** What this device decodes with ease; H.264 stays what a link falls back to that is too narrow for the other. */
  family: Family;
  /** bit/s */
  estimate: number | null;
  /** seconds buffered in front of the playhead */
  ahead: number;
  current: VideoRendition;
  saver: boolean;
  /** device pixels of the film's short side */
  pixels: number;
  audioBitrate: number;
}

const SHARE = 0.75;
/** Seconds that must be ahead for a better picture; fewer where the link carries it three times over. */
const ENOUGH_TO_CLIMB = { narrow: 4, wide: 2 } as const;
const WIDE = 3;

/** The renditions this screen may use, smallest first. At least one. */
export function usable(video: readonly VideoRendition[], pixels: number, saver: boolean): VideoRendition[] {
  const sorted = [...video].sort((a, b) => a.bitrate - b.bitrate);
  if (saver) return sorted.slice(0, 1);
  const fitting = sorted.filter((rung) => Math.min(rung.width, rung.height) <= pixels * 1.1);
  return fitting.length > 0 ? fitting : sorted.slice(0, 1);
}

/** The renditions of the family, and those of H.264 that are smaller than all of them or show more than any. */
export function within(video: readonly VideoRendition[], family: Family): VideoRendition[] {
  const plain = ofFamily(video, "h264");
  const chosen = ofFamily(video, family);
  if (family === "h264" || chosen.length === 0) return plain;
  const least = Math.min(...chosen.map(({ bitrate }) => bitrate));
  const most = Math.max(...chosen.map(({ width }) => width));
  return [...plain.filter(({ bitrate, width }) => bitrate < least || width > most), ...chosen];
}

export function chooseRung(video: readonly VideoRendition[], now: Conditions): VideoRendition {
  const rungs = usable(within(video, now.family), now.pixels, now.saver);
  const lowest = rungs[0] ?? now.current;
  if (now.estimate === null) return rungs.includes(now.current) ? now.current : lowest;
  const budget = now.estimate * SHARE - now.audioBitrate;
  const best = rungs.filter((rung) => rung.bitrate <= budget).at(-1) ?? lowest;
  const climbing = best.bitrate > now.current.bitrate;
  const enough = now.estimate >= WIDE * best.bitrate ? ENOUGH_TO_CLIMB.wide : ENOUGH_TO_CLIMB.narrow;
  if (!climbing || now.ahead >= enough) return best;
  return rungs.includes(now.current) ? now.current : (rungs.filter((rung) => rung.bitrate <= now.current.bitrate).at(-1) ?? lowest);
}
