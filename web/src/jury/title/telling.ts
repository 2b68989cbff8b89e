/** Tells the festival what a juror has really watched: seconds that were played, and no others. */

import { post } from "../../api/client";
import type { Watched } from "../../api/jury";
import { Problem } from "../../api/problem";
import { uuid7 } from "../../shared/uuid7";
import { Played, type Span } from "../../shared/watch/played";

const EVERY_MS = 10_000;

export class Telling {
  readonly #episode: number;
  readonly #onseen: (watched: Watched) => void;
  readonly #played = new Played();
  readonly #session = uuid7();
  #told = performance.now();
  #busy = false;
  #again = false;

  constructor(episode: number, onseen: (watched: Watched) => void) {
    this.#episode = episode;
    this.#onseen = onseen;
  }

  look(seconds: number, playing: boolean): void {
    this.#played.look(playing ? seconds : null);
    if (performance.now() - this.#told >= EVERY_MS) this.flush();
  }

  /** Tell now: the film has ended or stands, or the juror goes. */
  flush(): void {
    this.#told = performance.now();
    if (this.#busy) this.#again = true;
    else void this.#tell();
  }

  async #tell(): Promise<void> {
    const spans: Span[] = this.#played.take();
    if (spans.length === 0) return;
    this.#busy = true;
    try {
      this.#onseen(await post<Watched>("/api/jury/watched", { session: this.#session, episode: this.#episode, spans }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.passing) this.#played.back(spans);
    } finally {
      this.#busy = false;
      if (this.#again) {
        this.#again = false;
        this.flush();
      }
    }
  }
}
