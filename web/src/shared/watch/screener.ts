/**
 * A confidential film in one <video>: the library decrypts it, or a browser's own HLS does. Its addresses live for
 * minutes, so a film that was left alone for longer goes on with new ones.
 */

import { problemOf, type Problem } from "../../api/problem";
import type { Stream } from "../../api/types";
import { playByLibrary, type Played } from "../player/library";
import { delivery } from "../player/media-source";

export interface ScreenerOptions {
  startAt: number;
  onlost: () => void;
  /** The server gives no more of it, and says why; it was at this second. */
  onrefused: (problem: Problem, at: number) => void;
}

export class Screener {
  readonly #video: HTMLVideoElement;
  readonly #stream: Stream;
  readonly #options: ScreenerOptions;
  readonly #listening = new AbortController();
  #played: Promise<Played> | null = null;
  #wanted = false;
  /** Where it began last: one that fails there again does not play here. */
  #begun: number;

  constructor(video: HTMLVideoElement, stream: Stream, options: ScreenerOptions) {
    this.#video = video;
    this.#stream = stream;
    this.#options = options;
    this.#begun = options.startAt;
    const { signal } = this.#listening;
    video.addEventListener("play", () => { this.#wanted = true; }, { signal });
    video.addEventListener("pause", () => { if (!video.error && video.readyState > 0) this.#wanted = false; }, { signal });
    video.addEventListener("error", () => { if (video.error && delivery(video) === "native") void this.#failed(); }, { signal });
    this.#attach(options.startAt);
  }

  /** Only whole films are shown to juries. */
  grow(): void {}

  seek(seconds: number): void {
    this.#video.currentTime = Math.min(Math.max(0, seconds), Math.max(0, this.#stream.duration - 0.1));
  }

  close(): void {
    this.#listening.abort();
    this.#detach();
    this.#video.removeAttribute("src");
    this.#video.load();
  }

  #attach(at: number): void {
    if (delivery(this.#video) === "native") {
      this.#video.src = this.#stream.master;
      this.#video.currentTime = at;
      return;
    }
    const lost = (): void => { void this.#failed(); };
    this.#played = playByLibrary(this.#video, this.#stream, at, this.#stream.audio[0], lost);
    this.#played.catch(lost);
  }

  #detach(): void {
    void this.#played?.then((played) => { played.close(); }, () => undefined);
    this.#played = null;
  }

  /** What the library and the browser do not tell: whether the film is refused, or only its old addresses are. */
  async #failed(): Promise<void> {
    const at = this.#video.currentTime;
    const wanted = this.#wanted;
    this.#detach();
    const answer = await fetch(this.#stream.master, { cache: "no-store" }).catch(() => null);
    if (this.#listening.signal.aborted) return;
    if (answer && !answer.ok) {
      this.#options.onrefused(await problemOf(answer), at);
    } else if (at === this.#begun) {
      this.#options.onlost();
    } else {
      this.#begun = at;
      this.#attach(at);
      if (wanted) void this.#video.play().catch(() => undefined);
    }
  }
}
