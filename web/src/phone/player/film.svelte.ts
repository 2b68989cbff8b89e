import type { FeedItem } from "../../api/types";
import { Player, type Load } from "../../shared/player/player";
import type { Started } from "../../shared/player/started";
import { settings } from "../store/settings.svelte";

export interface FilmStart {
  startAt: number;
  load: Load;
  saver: boolean;
  started?: Started | undefined;
}

const TICK = 100;

/** One <video> of the stage and what it is doing. Requests go in as calls, the element's own events come out as state. */
export class Film {
  readonly video: HTMLVideoElement;
  item = $state.raw<FeedItem | null>(null);
  time = $state(0);
  playing = $state(false);
  waiting = $state(false);
  stalled = $state(false);
  ended = $state(false);
  muted = $state(true);
  lost = $state.raw<Error | null>(null);
  /** A picture of this episode is on the screen; until then its still is. */
  pictured = $state(false);
  onended: () => void = () => undefined;
  /** When its first picture was there, on the page's clock; how often it stood still since, and for how long. */
  picturedAt: number | null = null;
  stalls = 0;
  /** silent, or about to be */
  quiet = true;
  stalledMs = 0;
  #waitsSince: number | null = null;
  #player: Player | null = null;
  #from = 0;
  #frame = 0;
  #ticked = 0;

  constructor(video: HTMLVideoElement) {
    this.video = video;
    const on = (type: keyof HTMLMediaElementEventMap, listener: () => void): void => {
      video.addEventListener(type, listener);
    };
    on("play", () => { this.playing = true; this.ended = false; this.#watchTime(); });
    on("pause", () => { this.playing = false; });
    on("loadeddata", () => {
      this.pictured = true;
      this.picturedAt ??= performance.now();
    });
    on("timeupdate", () => { this.time = video.currentTime; });
    on("seeked", () => { this.time = video.currentTime; });
    on("volumechange", () => { this.muted = video.muted; });
    on("ended", () => { this.ended = true; this.playing = false; this.onended(); });
  }

  get duration(): number {
    return this.item?.stream.duration ?? 0;
  }

  /** What the next episode may load beside this one. */
  get spare(): Load {
    return this.#player?.spare ?? "nothing";
  }

  get rung(): string {
    return this.#player?.rung ?? "";
  }

  attach(item: FeedItem, start: FilmStart): void {
    if (this.item?.episode.id === item.episode.id) {
      this.load(start.load);
      return;
    }
    this.detach();
    this.item = item;
    this.time = this.#from = start.startAt;
    if (start.started) this.#goOn(start.started);
    this.#player = new Player(this.video, item.stream, {
      ...start,
      sounds: settings.sounds,
      onwaiting: (waiting) => { this.#waits(waiting); },
      onstall: (stalled) => { this.stalled = stalled; },
      onlost: (error) => { this.lost = error; },
    });
  }

  /** Began before this page did: what its element told then, it does not tell again. */
  #goOn(started: Started): void {
    const { video } = this;
    this.picturedAt = started.picturedAt();
    this.pictured = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    this.playing = !video.paused;
    this.muted = this.quiet = video.muted;
    if (this.playing) this.#watchTime();
  }

  /** A start or a jump is no stall. */
  #waits(waiting: boolean): void {
    const { video } = this;
    if (waiting && !this.waiting && this.pictured && this.time > 0.5 && !video.seeking) {
      this.stalls += 1;
      this.#waitsSince = performance.now();
    }
    if (!waiting && this.#waitsSince !== null) {
      this.stalledMs += performance.now() - this.#waitsSince;
      this.#waitsSince = null;
    }
    this.waiting = waiting;
  }

  load(load: Load): void {
    if (this.#player) this.#player.load = load;
  }

  /** From here on, where it has more than one. */
  hear(sounds: readonly string[]): void {
    this.#player?.hear(sounds);
  }

  set saver(saver: boolean) {
    if (this.#player) this.#player.saver = saver;
  }

  /** In the touch that lifts the finger, before anything else: as the film before it sounded; silent without one. */
  start(like?: HTMLVideoElement): void {
    this.mute(like?.muted ?? true);
    if (like) this.video.playbackRate = like.playbackRate;
    void this.play();
  }

  /** Of a film that moves, sound comes with its next picture: to begin it holds the picture up for one. */
  mute(muted: boolean): void {
    const { video } = this;
    if (muted || video.paused || !("requestVideoFrameCallback" in video)) video.muted = muted;
    else video.requestVideoFrameCallback(() => { video.muted = this.quiet; });
    this.quiet = muted;
  }

  /** Back to where it was when it was made ready. */
  rest(): void {
    this.pause();
    this.seek(this.#from);
  }

  /** Plays; without sound where the browser wants a touch first. */
  async play(): Promise<void> {
    try {
      await this.video.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError" || this.video.muted) return;
      this.video.muted = this.quiet = true;
      await this.video.play().catch(() => undefined);
    }
  }

  pause(): void {
    this.video.pause();
  }

  seek(seconds: number): void {
    this.ended = false;
    this.#player?.seek(seconds);
    this.time = seconds;
  }

  /** A film that was lost begins anew where it stopped. */
  again(saver: boolean): void {
    const { item, time } = this;
    if (!item) return;
    this.detach();
    this.attach(item, { startAt: time, load: "all", saver });
    void this.play();
  }

  detach(): void {
    cancelAnimationFrame(this.#frame);
    this.#player?.close();
    this.#player = null;
    this.item = null;
    this.lost = null;
    this.playing = this.waiting = this.stalled = this.ended = this.pictured = false;
    this.time = this.stalls = this.stalledMs = 0;
    this.picturedAt = this.#waitsSince = null;
  }

  /** The browser tells the time four times a second: too seldom for subtitles. */
  #watchTime(): void {
    cancelAnimationFrame(this.#frame);
    const look = (now: number): void => {
      if (now - this.#ticked >= TICK) {
        this.#ticked = now;
        this.time = this.video.currentTime;
      }
      if (!this.video.paused) this.#frame = requestAnimationFrame(look);
    };
    this.#frame = requestAnimationFrame(look);
  }
}
