/** What a screen does about a picture that stands still. Pure but for what it remembers over a reload. */

export type Cure = "none" | "next" | "reload" | "safe";

/** How long there has been no picture, over reloads of the page, and how often the page was loaded anew for it. */
export interface Trouble {
  ms: number;
  reloads: number;
}

export const STALLED = 5_000;
export const LOST = 30_000;
export const HOPELESS = 120_000;
/** So long it has to move before all is well. */
const WELL = 5_000;
/** In the safe loop for so long, the films get another chance. */
export const CHANCE = 600_000;

const NONE: Trouble = { ms: 0, reloads: 0 };

export class Healer {
  #trouble: Trouble;
  #still = 0;
  #moved = 0;
  #last: number | null = null;

  constructor(before: Trouble = NONE) {
    this.#trouble = before;
  }

  get trouble(): Trouble {
    return this.#trouble;
  }

  /** Once a second or so. `moving`: whether the picture has moved since; null where none is wanted. */
  tick(now: number, moving: boolean | null): Cure {
    const passed = this.#last === null ? 0 : Math.min(STALLED, now - this.#last);
    this.#last = now;
    if (moving !== false) return this.#well(passed, moving === null);
    this.#moved = 0;
    this.#still += passed;
    this.#trouble = { ...this.#trouble, ms: this.#trouble.ms + passed };
    const { ms, reloads } = this.#trouble;
    if (ms >= HOPELESS) return "safe";
    if (ms >= LOST * (reloads + 1)) {
      this.#trouble = { ms, reloads: reloads + 1 };
      return "reload";
    }
    if (this.#still < STALLED) return "none";
    this.#still = 0;
    return "next";
  }

  #well(passed: number, unasked: boolean): Cure {
    this.#still = 0;
    this.#moved += passed;
    if (unasked || this.#moved >= WELL) this.#trouble = NONE;
    return "none";
  }
}
