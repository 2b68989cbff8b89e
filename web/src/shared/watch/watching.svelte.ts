/** One film in one <video>: the player underneath, and what a page shows of it. */

import type { Problem } from "../../api/problem";
import type { Stream } from "../../api/types";
import { Player } from "../player/player";
import { linesAt, parseVtt, type Cue } from "../player/subtitles";
import { spansOf } from "../player/timeline";
import { Screener } from "./screener";

export interface WatchingOptions {
  muted?: boolean;
  /** Begin at once; a browser that wants a gesture for sound leaves it paused. */
  autoplay?: boolean;
  /** Seconds. */
  startAt?: number;
  /** False for a film that is still being made; `grow` brings the rest. */
  complete?: boolean;
  onended?: () => void;
  onlost?: () => void;
}

export class Watching {
  playing = $state(false);
  time = $state(0);
  duration = $state(0);
  stalled = $state(false);
  lost = $state(false);
  /** Why a confidential film stopped. */
  refused = $state.raw<Problem | null>(null);
  lines = $state.raw<string[]>([]);
  subtitle = $state<string | null>(null);
  #video: HTMLVideoElement | null = null;
  #player: Player | Screener | null = null;
  #cues: Cue[] = [];
  #reach = Infinity;

  /** Attach to a <video> until the returned function is called. */
  start(video: HTMLVideoElement, stream: Stream, options: WatchingOptions = {}): () => void {
    const listening = new AbortController();
    const on = (type: keyof HTMLMediaElementEventMap, listener: () => void): void => {
      video.addEventListener(type, listener, { signal: listening.signal });
    };
    this.#video = video;
    this.#reach = Infinity;
    const time = options.startAt ?? 0;
    Object.assign(this, { time, duration: stream.duration, lost: false, refused: null, stalled: false, playing: false });
    video.muted = options.muted ?? false;
    on("play", () => { this.playing = true; });
    on("pause", () => { this.playing = false; });
    on("ended", () => { options.onended?.(); });
    on("timeupdate", () => {
      this.time = video.currentTime;
      this.lines = linesAt(this.#cues, video.currentTime);
    });
    const onlost = (): void => {
      this.lost = true;
      options.onlost?.();
    };
    const onstall = (stalled: boolean): void => { this.stalled = stalled; };
    const onrefused = (problem: Problem, at: number): void => {
      video.pause();
      this.refused = problem;
      this.time = at;
    };
    this.#player = stream.encrypted
      ? new Screener(video, stream, { startAt: time, onlost, onrefused })
      : new Player(video, stream, { onstall, onlost, startAt: time, complete: options.complete ?? true });
    if (options.autoplay) void video.play().catch(() => undefined);
    return () => {
      listening.abort();
      this.#player?.close();
      this.#player = null;
      this.#video = null;
    };
  }

  grow(stream: Stream, complete: boolean): void {
    this.#reach = complete ? Infinity : spansOf(stream.video[0]?.segments ?? []).at(-1)?.end ?? 0;
    this.#player?.grow(stream, complete);
  }

  toggle(): void {
    if (!this.#video) return;
    if (this.#video.paused) void this.#video.play().catch(() => undefined);
    else this.#video.pause();
  }

  pause(): void {
    this.#video?.pause();
  }

  /** Not beyond what is there of a film that is still being made. */
  seek(seconds: number): void {
    this.time = Math.min(seconds, Math.max(0, this.#reach - 0.5));
    this.#player?.seek(this.time);
  }

  set muted(muted: boolean) {
    if (this.#video) this.#video.muted = muted;
  }

  /** Subtitles in the first of the wanted languages there is; none when there is none. */
  async showSubtitles(stream: Stream, wanted: readonly string[]): Promise<void> {
    const track = wanted.map((lang) => stream.subtitles.find((each) => each.lang === lang)).find(Boolean);
    this.subtitle = track?.lang ?? null;
    this.#cues = [];
    this.lines = [];
    if (!track) return;
    const answer = await fetch(track.url).catch(() => null);
    if (answer?.ok && this.subtitle === track.lang) this.#cues = parseVtt(await answer.text());
  }
}
