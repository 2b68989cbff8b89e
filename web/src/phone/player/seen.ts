import type { FeedItem } from "../../api/types";
import { MOVED_MS } from "../moved";
import { resume } from "../store/resume.svelte";
import type { Film } from "./film.svelte";

/** Writes down how far the films of one series were seen. */
export class Seen {
  readonly #slug: string;
  #owed: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(slug: string) {
    this.#slug = slug;
  }

  /** At once, where this film holds this episode. */
  keep(film: Film | null, item: FeedItem | null): void {
    this.owe(film, item);
    this.#pay();
  }

  /** The same, a moment later; what is owed already comes first. */
  owe(film: Film | null, item: FeedItem | null): void {
    this.#pay();
    if (!film || !item || item.episode.id !== film.item?.episode.id || film.duration === 0) return;
    const { duration } = film;
    const seconds = film.ended ? duration : film.time;
    if (seconds <= 1) return;
    this.#owed = () => { resume.watched(this.#slug, item.episode.number, seconds, duration); };
    this.#timer = setTimeout(() => { this.#pay(); }, MOVED_MS);
  }

  #pay(): void {
    clearTimeout(this.#timer);
    this.#owed?.();
    this.#owed = null;
  }
}
