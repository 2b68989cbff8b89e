import { keep, readKept } from "./kept";
import { PROGRESS_KEY, watch, type Progress, type SeriesProgress } from "./progress";

/** What this phone has seen, and where it goes on. */
class Resume {
  #all = $state.raw<Progress>(readKept<Progress>(PROGRESS_KEY, {}));

  get all(): Progress {
    return this.#all;
  }

  of(slug: string): SeriesProgress | undefined {
    return this.#all[slug];
  }

  watched(slug: string, number: number, seconds: number, duration: number): void {
    this.#all = watch(this.#all, slug, number, seconds, duration, Date.now());
    keep(PROGRESS_KEY, this.#all);
  }

  /** With what another device has seen. */
  replace(all: Progress): void {
    this.#all = all;
    keep(PROGRESS_KEY, this.#all);
  }
}

export const resume = new Resume();
