import type { FeedItem } from "../../api/types";
import type { Moment } from "../device/clock";
import type { Desk } from "./hall.svelte";

/** One showing of a film that a visitor chose: told once it is over, if anything of it was seen. */
export class Showing {
  readonly #item: FeedItem;
  readonly #video: HTMLVideoElement;
  readonly #desk: Desk | null;
  readonly #began: Moment | null;

  constructor(item: FeedItem, video: HTMLVideoElement, desk: Desk | null) {
    this.#item = item;
    this.#video = video;
    this.#desk = desk;
    this.#began = desk?.now() ?? null;
  }

  over(): void {
    const { played, ended } = this.#video;
    let seconds = 0;
    for (let index = 0; index < played.length; index += 1) seconds += played.end(index) - played.start(index);
    if (!this.#began || !this.#desk || seconds === 0) return;
    const { series, episode } = this.#item;
    this.#desk.played({ kind: "film", series: series.id, episode: episode.id, award: null, how: "visitor", seconds, whole: ended }, this.#began);
  }
}
