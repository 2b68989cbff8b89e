import { post } from "../../api/client";
import { Problem } from "../../api/problem";
import { uuid7 } from "../../shared/uuid7";
import { Played } from "../../shared/watch/played";

const EVERY_MS = 10_000;

export interface Look {
  episode: number;
  seconds: number;
  playing: boolean;
  speed: number;
}

/** Tells the festival what was played, for awards that ask for it before a vote. One for each reader of a series. */
export class Heartbeats {
  readonly #wanted: () => boolean;
  #played = new Played();
  #session = uuid7();
  #episode = 0;
  #speed = 1;
  #told = 0;

  /** `wanted`: whether anything asks for it; nothing is told to nobody. */
  constructor(wanted: () => boolean) {
    this.#wanted = wanted;
  }

  look({ episode, seconds, playing, speed }: Look): void {
    if (episode !== this.#episode) {
      this.flush();
      this.#played = new Played();
      this.#session = uuid7();
      this.#episode = episode;
    }
    this.#speed = speed;
    this.#played.look(playing ? seconds : null);
    if (performance.now() - this.#told >= EVERY_MS) this.flush();
  }

  /** Tell now: the episode has ended, or the reader goes. */
  flush(): void {
    this.#told = performance.now();
    if (this.#wanted()) void this.#tell();
  }

  async #tell(): Promise<void> {
    const played = this.#played;
    const spans = played.take();
    if (spans.length === 0) return;
    const body = { session: this.#session, episode: this.#episode, spans, speed: this.#speed };
    try {
      await post("/api/playback/heartbeats", body);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.passing) played.back(spans);
    }
  }
}
