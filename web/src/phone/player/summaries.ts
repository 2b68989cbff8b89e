import { soundFor } from "../../shared/player/sound";
import { uuid7 } from "../../shared/uuid7";
import { words } from "../../shared/words.svelte";
import { likes } from "../store/likes.svelte";
import { isDone } from "../store/progress";
import { settings } from "../store/settings.svelte";
import type { Film } from "./film.svelte";
import { subtitleOf } from "./subtitle-of";
import { sendAll, tell } from "./untold";
import { viewingOf } from "./viewing";

/** A playing that was hardly one is not told. */
const LEAST = 0.5;

const primary = (tag: string | null | undefined): string | null => tag?.toLowerCase().split("-")[0] ?? null;

/** Tells the festival how each playing of an episode went, once it is over: one message, and no name in it. */
export class Summaries {
  #episode = 0;
  #wanted = 0;
  #rungs: Record<string, number> = {};
  #leaving = false;

  constructor() {
    addEventListener("online", () => void sendAll());
    // Before the player hears of it and tells.
    addEventListener("pagehide", () => { this.#leaving = true; }, { capture: true });
    addEventListener("pageshow", () => { this.#leaving = false; });
    void sendAll();
  }

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
    const played = { session: uuid7(), episode: this.#episode, start_ms, stalls, stalled_ms: Math.round(stalledMs), seconds, rungs: this.#rungs, liked: likes.has(this.#episode) };
    this.#rungs = {};
    tell({ ...played, ...stayed(film) }, this.#leaving || document.visibilityState === "hidden");
  }
}

/** How far this viewing has come, and in which languages. */
function stayed({ item, time, ended, duration }: Film): object {
  if (!item) return {};
  const { subtitles, audio } = item.stream;
  return {
    viewing: viewingOf(item.series.slug),
    left_at: ended ? duration : Math.min(time, duration),
    finished: ended || isDone(time, duration),
    interface: words.lang,
    subtitles: primary(subtitleOf(subtitles, settings.subtitles, words.lang)?.lang),
    sound: primary(soundFor(audio, settings.sounds)?.lang),
  };
}
