/**
 * The true time on a screen whose own clock may be anything: the server's, carried on by a clock that nobody can set.
 * Each time comes with how wrong it can be.
 */

export interface Moment {
  /** milliseconds since 1970 */
  at: number;
  /** the true time is within so many milliseconds of it */
  uncertainty: number;
}

/** One question about the time; sent and received on the clock that only runs forward. */
export interface Sample {
  server: number;
  sent: number;
  received: number;
}

/** The last that was known, with what the device's own clock showed then. */
export interface SavedTime extends Moment {
  wall: number;
}

const HOUR = 3_600_000;
/** How fast two clocks may drift apart: a second in three hours. */
export const DRIFT = 1e-4;
/** After a reload of the same page: so long at the most it was away. */
export const RELOAD = 120_000;
/** After a start without a network: the device's clock may have been off, or set to another day. */
export const UNKNOWN = 26 * HOUR;
const READING = 50;
/** 24 days: more than the festival reads, and it looks at every such vote anyway. */
const MOST = 2 ** 31 - 1;

export class TrueClock {
  #at: number;
  #mono: number;
  #uncertainty: number;
  /** Heard from the server since the page was opened. */
  certain = false;
  readonly #now: () => number;

  constructor(start: Moment, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#at = start.at;
    this.#uncertainty = start.uncertainty;
    this.#mono = now();
  }

  now(): Moment {
    const passed = this.#now() - this.#mono;
    return { at: Math.round(this.#at + passed), uncertainty: Math.min(MOST, Math.ceil(this.#uncertainty + passed * DRIFT)) };
  }

  /** The time at an earlier moment of this page. */
  then(mono: number): Moment {
    const { at, uncertainty } = this.now();
    return { at: Math.round(at - (this.#now() - mono)), uncertainty };
  }

  learn(samples: readonly Sample[]): void {
    const found = medianOf(samples);
    if (!found) return;
    this.#mono = this.#now();
    this.#at = found.at + this.#mono;
    this.#uncertainty = found.uncertainty;
    this.certain = true;
  }
}

/** Half the way there and half the way back, and as wrong as the way was long; of several the middle one. */
export function medianOf(samples: readonly Sample[]): Moment | null {
  const offsets = samples
    .map(({ server, sent, received }): Moment => ({ at: server - (sent + received) / 2, uncertainty: (received - sent) / 2 + READING }))
    .sort((one, other) => one.at - other.at);
  return offsets[Math.floor(offsets.length / 2)] ?? null;
}

/**
 * The time at a start without a network. The device's own clock is all there is: it is believed, never to be earlier than what
 * was known last, and what it can be wrong by is said. `samePage`: the page was loaded anew, and the device ran on.
 */
export function timeAtStart(saved: SavedTime | null, wall: number, samePage: boolean): Moment {
  if (!saved) return { at: wall, uncertainty: UNKNOWN };
  const guess = wall + (saved.at - saved.wall);
  const passed = guess - saved.at;
  if (samePage && passed >= 0 && passed <= RELOAD) return { at: guess, uncertainty: saved.uncertainty + RELOAD };
  const at = Math.max(guess, saved.at);
  return { at, uncertainty: saved.uncertainty + (at - saved.at) + UNKNOWN };
}
