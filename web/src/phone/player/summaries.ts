import { uuid7 } from "../../shared/uuid7";
import { likes } from "../store/likes.svelte";
import type { Film } from "./film.svelte";

/** A playing that was hardly one is not told. */
const LEAST = 0.5;

/** Tells the festival how each playing of an episode went, once it is over: one message, and no name in it. */
export class Summaries {
  #episode = 0;
  #wanted = 0;
  #rungs: Record<string, number> = {};

  /** From now on somebody waits for this episode. */
  want(episode: number, moment: number = performance.now()): void {
    this.#episode = episode;
    this.#wanted = moment;
    this.#rungs = {};
  }

  /** So many more seconds were played of the rung that is loaded now. */
  played(seconds: number, rung: string): void {
    if (rung) this.#rungs[rung] = (this.#rungs[rung] ?? 0) + seconds;
  }

  tell(film: Film | null): void {
    const seconds = Object.values(this.#rungs).reduce((sum, each) => sum + each, 0);
    if (!film || film.item?.episode.id !== this.#episode || seconds < LEAST) return;
    const { stalls, stalledMs, picturedAt } = film;
    const start_ms = picturedAt === null ? null : Math.max(0, Math.round(picturedAt - this.#wanted));
    const body = { session: uuid7(), episode: this.#episode, start_ms, stalls, stalled_ms: Math.round(stalledMs), seconds, rungs: this.#rungs, liked: likes.has(this.#episode) };
    this.#rungs = {};
    navigator.sendBeacon("/api/playback/summaries", new Blob([JSON.stringify(body)], { type: "application/json" }));
  }
}
