/** Files on their way: who goes first, what has arrived, pause and go on. */

import { get, post } from "../../api/client";
import { Problem } from "../../api/problem";
import type { EpisodeState, SignedPart, Upload } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { Pace, partsAtOnce } from "./layout";
import { Places } from "./places";
import { putPart } from "./put-part";
import { pauseUntilOnline, sendFile, type Ways } from "./send-file";
import { sha256 } from "./sha256";

export type Phase = "next" | "sending" | "waiting" | "paused" | "failed";

const FILES_AT_ONCE = 2;
const places = new Places(partsAtOnce(null, 1));

const ways: Ways = {
  async announce(upload, part, signal) {
    const answer = await post<{ parts: SignedPart[] }>(`/api/studio/uploads/${upload}/parts`, { parts: [part] }, { signal });
    const address = answer.parts[0];
    if (!address) throw new Error("the server gave no address for a part");
    return address;
  },
  complete: (upload, signal) => post<EpisodeState>(`/api/studio/uploads/${upload}/complete`, undefined, { signal, timeout: 120_000 }),
  put: putPart,
  sha256,
  place: (signal) => places.take(signal),
  pause: pauseUntilOnline,
};

export class Sending {
  readonly episode: number;
  readonly file: File;
  phase = $state<Phase>("next");
  sent = $state(0);
  problem = $state.raw<Problem | null>(null);
  upload: string | null;
  stopping: AbortController | null = null;
  partSize = 1;

  constructor(episode: EpisodeState, file: File) {
    this.episode = episode.id;
    this.file = file;
    this.upload = episode.upload;
  }

  get size(): number {
    return this.file.size;
  }

  /** The upload that is open, or a new one. */
  async open(): Promise<Upload> {
    if (this.upload) return get<Upload>(`/api/studio/uploads/${this.upload}`, { retries: 3 });
    try {
      const opened = await post<Upload>(`/api/studio/episodes/${String(this.episode)}/uploads`, { file_name: this.file.name, size: this.file.size });
      this.upload = opened.id;
      return opened;
    } catch (error) {
      const values = error instanceof Problem ? (error.body["values"] as { upload?: string } | null | undefined) : undefined;
      if (!values?.upload) throw error;
      this.upload = values.upload;
      return get<Upload>(`/api/studio/uploads/${values.upload}`, { retries: 3 });
    }
  }
}

export class Sendings {
  all = $state<Sending[]>([]);
  bytesPerSecond = $state<number | null>(null);
  readonly #pace = new Pace();
  readonly #onstate: (state: EpisodeState) => void;

  constructor(onstate: (state: EpisodeState) => void) {
    this.#onstate = onstate;
  }

  of(episode: number): Sending | undefined {
    return this.all.find((sending) => sending.episode === episode);
  }

  get moving(): boolean {
    return this.all.some(({ phase }) => phase === "sending" || phase === "waiting" || phase === "next");
  }

  get paused(): boolean {
    return this.all.some(({ phase }) => phase === "paused");
  }

  get offline(): boolean {
    return this.all.some(({ phase }) => phase === "waiting");
  }

  get secondsLeft(): number | null {
    const left = this.all.filter(({ phase }) => phase !== "failed").reduce((sum, { size, sent }) => sum + size - sent, 0);
    return this.bytesPerSecond ? left / this.bytesPerSecond : null;
  }

  add(episode: EpisodeState, file: File): void {
    this.drop(episode.id);
    this.all.push(new Sending(episode, file));
    this.#next();
  }

  /** Stop without telling the server: what has arrived stays there. */
  drop(episode: number): void {
    this.of(episode)?.stopping?.abort();
    this.all = this.all.filter((sending) => sending.episode !== episode);
    this.#next();
  }

  pause(sending: Sending): void {
    sending.phase = "paused";
    sending.stopping?.abort();
    this.#pace.forget();
    this.#next();
  }

  goOn(sending: Sending): void {
    sending.problem = null;
    sending.phase = "next";
    this.#next();
  }

  pauseAll(): void {
    for (const sending of this.all) if (sending.phase !== "failed") this.pause(sending);
  }

  goOnAll(): void {
    for (const sending of this.all) if (sending.phase === "paused") this.goOn(sending);
  }

  #next(): void {
    const busy = this.all.filter(({ phase }) => phase === "sending" || phase === "waiting").length;
    const next = this.all.filter(({ phase }) => phase === "next").slice(0, Math.max(0, FILES_AT_ONCE - busy));
    for (const sending of next) void this.#run(sending);
  }

  async #run(sending: Sending): Promise<void> {
    sending.phase = "sending";
    const stopping = (sending.stopping = new AbortController());
    const events = {
      onsent: (bytes: number) => {
        // Parts that were cut off are sent again; the line waits for them instead of going back.
        sending.sent = Math.max(sending.sent, bytes);
        this.#measure(sending.partSize);
      },
      onwaiting: (waiting: boolean) => {
        if (!stopping.signal.aborted) sending.phase = waiting ? "waiting" : "sending";
      },
    };
    try {
      const upload = await sending.open();
      stopping.signal.throwIfAborted();
      sending.partSize = upload.part_size;
      const state = await sendFile(upload, sending.file, ways, events, stopping.signal);
      this.drop(sending.episode);
      this.#onstate(state);
    } catch (error) {
      if (!stopping.signal.aborted) {
        sending.phase = "failed";
        sending.problem = problemFrom(error);
      }
    }
    this.#next();
  }

  #measure(partSize: number): void {
    const total = this.all.reduce((sum, { sent }) => sum + sent, 0);
    this.#pace.mark(total, performance.now());
    this.bytesPerSecond = this.#pace.bytesPerSecond ?? this.bytesPerSecond;
    places.limit = partsAtOnce(this.bytesPerSecond, partSize);
  }
}
