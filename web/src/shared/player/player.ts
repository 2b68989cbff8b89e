/**
 * Plays one stream in one <video>: the reason for a page without a player library. The descriptor carries the init
 * segments and the segment times, so the first request is already the first picture.
 */

import type { Rendition, Stream, VideoRendition } from "../../api/types";
import { delivery, openSource, type OpenedSource } from "./media-source";
import { familyOf, ofFamily, typeOf, type Family } from "./families";
import { goalOf, isNarrow, nextLoad, type Load, type Watch } from "./governor";
import type { Played } from "./library";
import { chooseRung, Throughput } from "./rungs";
import { soundFor, soundType, type Buffers } from "./sound";
import { SourceQueue } from "./source-queue";
import type { Started } from "./started";
import { bufferedAhead, overHole } from "./timeline";
import { Track, type TrackPlan } from "./track";

export interface PlayerEvents {
  /** The picture has been standing still for want of data for four seconds; false when it moves again. */
  onstall?: (stalled: boolean) => void;
  /** True at once when data is wanting: for the pulsing line. */
  onwaiting?: (waiting: boolean) => void;
  /** The stream cannot be played at all. */
  onlost?: (error: Error) => void;
}

export interface PlayerOptions extends PlayerEvents {
  startAt?: number;
  saver?: boolean;
  /** How eagerly to load from the start; `load` changes it. */
  load?: Load;
  /** Languages of the sound, in order of liking; the film's own otherwise. `hear` changes it. */
  sounds?: readonly string[];
  /** False for a film that is still being made; `grow` brings the rest. */
  complete?: boolean;
  /** The film has been begun in this element already. */
  started?: Started | undefined;
}

const STALL = 4000;
const MEMORY = "tallscreen.link";

/** One estimate for all players of the page, and remembered for the next visit in this tab. */
const link = new Throughput(Number(sessionStorage.getItem(MEMORY)) || null);

/** What is not needed for the first picture. */
const more = (): Promise<typeof import("./more")> => import("./more");

export type { Load };

export class Player {
  readonly video: HTMLVideoElement;
  stream: Stream;
  readonly #options: PlayerOptions;
  readonly #listening = new AbortController();
  #source: OpenedSource | null = null;
  #tracks: Track<Rendition>[] = [];
  #videoTrack: Track<VideoRendition> | null = null;
  /** Of the sound in the buffer: another one begins by the same. */
  #heard: TrackPlan<Rendition> | undefined;
  #load: Load;
  #saver: boolean;
  #ended = new Set<object>();
  #stall: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #rebuilt = false;
  #pixels = 0;
  #stalled = false;
  #library: Promise<Played> | null = null;
  #family: Family = "h264";
  #usedAv1 = false;
  #begun = false;
  /** Somebody wants it to play: the element itself forgets that with an error and with a new source. */
  #wanted = false;
  #grown: boolean;

  constructor(video: HTMLVideoElement, stream: Stream, options: PlayerOptions = {}) {
    this.video = video;
    this.stream = stream;
    this.#options = options;
    this.#load = options.load ?? "all";
    this.#saver = options.saver ?? false;
    this.#grown = options.complete ?? true;
    this.#wanted = !video.paused;
    this.#listen();
    this.#measure();
    this.#chooseFamily().catch(() => undefined);
    if (options.started) void this.#adopt(options.started, options.startAt ?? 0);
    else void this.#attach(options.startAt ?? 0);
  }

  /** Name of the rung the next segment comes from. */
  get rung(): string {
    return this.#videoTrack?.rendition.name ?? "";
  }

  get ahead(): number { return bufferedAhead(this.video.buffered, this.video.currentTime); }

  /** Nothing more to fetch in front of the playhead. */
  get complete(): boolean {
    return this.video.currentTime + this.ahead >= this.stream.duration - 0.3;
  }

  /** What the next episode may load beside this one. */
  get spare(): Load {
    const watch = this.#watch;
    return nextLoad({ ahead: this.ahead, complete: this.complete, goal: goalOf(watch), narrow: isNarrow(watch), saver: this.#saver });
  }

  get #watch(): Watch {
    const { played } = this.video;
    let watched = 0;
    for (let index = 0; index < played.length; index += 1) watched += played.end(index) - played.start(index);
    return { load: this.#load, watched, estimate: link.estimate, bitrate: this.#videoTrack?.rendition.bitrate ?? 0, stalled: this.#stalled };
  }

  set load(load: Load) {
    if (load === this.#load) return;
    this.#load = load;
    this.video.preload = load === "nothing" ? "none" : "auto";
    if (load === "nothing") for (const track of this.#tracks) track.cancel();
    this.#nudge();
  }

  /** Another sound from here on; the picture goes on. */
  hear(sounds: readonly string[]): void {
    const before = this.#sound;
    this.#options.sounds = sounds;
    if (this.#sound !== before) this.#switch();
  }

  #switch(): void {
    const sound = this.#sound;
    if (sound) void more().then((later) => later.switchSound(this.video, this.stream, sound, this.#tracks, this.#heard, this.#library), () => undefined);
  }

  get #sound(): Rendition | undefined { return soundFor(this.stream.audio, this.#options.sounds); }

  set saver(saver: boolean) { this.#saver = saver; }

  /** More of a film that is still being made. */
  grow(stream: Stream, complete: boolean): void {
    this.stream = stream;
    this.#grown = complete;
    this.#videoTrack?.extend(stream.video[0]?.segments ?? [], complete);
    this.#nudge();
  }

  seek(seconds: number): void {
    const target = Math.min(Math.max(0, seconds), Math.max(0, this.stream.duration - 0.1));
    this.video.currentTime = target;
  }

  close(): void {
    this.#closed = true;
    this.#listening.abort();
    clearTimeout(this.#stall);
    this.#detach();
    void this.#library?.then((played) => { played.close(); }, () => undefined);
    this.video.removeAttribute("src");
    this.video.load();
  }

  #listen(): void {
    const { video } = this;
    const signal = this.#listening.signal;
    const on = (type: keyof HTMLMediaElementEventMap, listener: () => void): void => {
      video.addEventListener(type, listener, { signal });
    };
    on("timeupdate", () => { this.#nudge(); });
    on("seeking", () => { this.#seeking(); });
    on("waiting", () => { this.#waiting(); });
    on("play", () => { this.#wanted = true; });
    on("pause", () => { if (!video.error && video.readyState > 0) this.#wanted = false; });
    on("stalled", () => { this.#nudge(); });
    for (const type of ["playing", "pause", "seeked", "ended"] as const) on(type, () => { this.#moving(); });
    // Without an error on the element, the event is of a source that has been replaced meanwhile.
    on("error", () => { if (video.error) this.#failed(new Error(video.error.message || "the film could not be decoded")); });
    window.addEventListener("resize", () => { this.#measure(); }, { signal });
    window.addEventListener("online", () => { this.#nudge(); }, { signal });
  }

  /** Never waited for: the first picture is H.264's, and the change comes at a border of segments. */
  async #chooseFamily(): Promise<void> {
    if (ofFamily(this.stream.video, "av1").length === 0 || typeof SourceBuffer !== "function" || !("changeType" in SourceBuffer.prototype)) return;
    this.#family = await (await more()).familyFor(this.stream);
  }

  #measure(): void {
    const box = this.video.getBoundingClientRect();
    const short = Math.min(box.width, box.height) || Math.min(innerWidth, innerHeight);
    this.#pixels = short * Math.min(devicePixelRatio, 2);
  }

  /** Goes on with what has been begun, where it is what this player would have begun. */
  async #adopt(started: Started, startAt: number): Promise<void> {
    await started.stop();
    if (this.#closed) return;
    const sound = this.#sound;
    const first = ofFamily(this.stream.video, "h264").find(({ name }) => name === started.picture.rung);
    const { source } = started.opened;
    if (!first || source.readyState !== "open" || sound?.name !== started.sound?.track) {
      await this.#attach(startAt);
      if (this.#wanted) await this.video.play().catch(() => undefined);
      return;
    }
    this.#source = started.opened;
    const buffers = { start: first, picture: started.picture.queue, sound, heard: started.sound?.queue ?? null, begun: true };
    this.#startTracks(source, this.video.currentTime, buffers);
  }

  async #attach(startAt: number): Promise<void> {
    const how = delivery(this.video);
    if (how === "native") {
      this.video.src = new URL(this.stream.master, new URL(this.stream.base, location.href)).href;
      this.video.currentTime = startAt;
      this.video.onloadedmetadata = () => { this.#switch(); };
      return;
    }
    const opened = openSource(this.video, how);
    this.#source = opened;
    await opened.opened;
    if (this.#closed || this.#source !== opened) return;
    opened.source.duration = this.stream.duration;
    if (startAt > 0) this.video.currentTime = startAt;
    try {
      this.#startTracks(opened.source, startAt, this.#openBuffers(opened.source));
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  /** New buffers of a new source, for what this reader begins with. */
  #openBuffers(source: MediaSource): Buffers {
    const first = ofFamily(this.stream.video, "h264")[0] ?? this.stream.video[0];
    if (!first) throw new Error("the stream has no picture");
    const start = this.#startRung(first);
    const sound = this.#sound;
    const picture = new SourceQueue(source.addSourceBuffer(typeOf(start)));
    return { start, picture, sound, heard: sound ? new SourceQueue(source.addSourceBuffer(soundType(sound))) : null, begun: false };
  }

  #startTracks(source: MediaSource, startAt: number, { start, picture: pictureQueue, sound, heard, begun }: Buffers): void {
    this.#begun = false;
    // Sound waits for the picture's first bytes: on a narrow link the picture comes first.
    let pictureAnswered: () => void = () => undefined;
    const before = begun ? Promise.resolve() : new Promise<void>((resolve) => { pictureAnswered = resolve; });
    const shared = {
      base: this.stream.base,
      playhead: () => this.video.currentTime,
      goal: () => goalOf(this.#watch),
      throughput: link,
      ontrouble: () => undefined,
      onlost: (error: Error) => { if (this.#source?.source === source) this.#failed(error); },
      complete: this.#grown,
      begun,
    };
    const picture: Track<VideoRendition> = new Track({
      ...shared,
      queue: pictureQueue,
      start,
      typeOf,
      choose: (current, ahead) => this.#choose(current, ahead, sound?.bitrate ?? 0),
      priority: "high",
      onanswer: () => { pictureAnswered(); },
      onend: () => { this.#finish(picture, source); },
    });
    this.#videoTrack = picture;
    this.#tracks = [picture as unknown as Track<Rendition>];
    void picture.run(startAt);
    if (!sound || !heard) return;
    const plan: TrackPlan<Rendition> = {
      ...shared,
      queue: heard,
      start: sound,
      typeOf: soundType,
      choose: (current) => current,
      priority: "low",
      onend: () => { this.#finish(plan, source); },
      before,
    };
    this.#heard = plan;
    const audio = new Track(plan);
    this.#tracks.push(audio);
    void audio.run(startAt);
  }

  /** The descriptor names the start rung first; with the data saver the smallest is the start. */
  #startRung(first: VideoRendition): VideoRendition {
    if (!this.#saver) return first;
    return ofFamily(this.stream.video, "h264").reduce((low, rung) => (rung.bitrate < low.bitrate ? rung : low), first);
  }

  #choose(current: VideoRendition, ahead: number, audioBitrate: number): VideoRendition {
    const { estimate } = link;
    if (estimate !== null) sessionStorage.setItem(MEMORY, String(Math.round(estimate)));
    if (this.#load !== "all" || !this.#begun) {
      this.#begun = true;
      return current;
    }
    const conditions = { family: this.#family, estimate, ahead, current, saver: this.#saver, pixels: this.#pixels, audioBitrate };
    const chosen = chooseRung(this.stream.video, conditions);
    if (familyOf(chosen) === "av1") this.#usedAv1 = true;
    return chosen;
  }

  #finish(track: object, source: MediaSource): void {
    this.#ended.add(track);
    if (this.#ended.size === this.#tracks.length && source.readyState === "open") source.endOfStream();
  }

  #nudge(): void {
    for (const track of this.#tracks) track.nudge();
    this.#bridge();
  }

  /** A film may begin a frame late, or a border may miss one: step over it instead of waiting for ever. */
  #bridge(): void {
    const { video } = this;
    if (video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA || video.seeking) return;
    const target = overHole(video.buffered, video.currentTime);
    if (target !== null) video.currentTime = target;
  }

  #seeking(): void {
    const time = this.video.currentTime;
    this.#ended.clear();
    if (this.ahead > 0.1) {
      this.#nudge();
      return;
    }
    for (const track of this.#tracks) track.seek(time);
  }

  #waiting(): void {
    if (this.video.currentTime > 0.5 && !this.video.seeking) this.#stalled = true;
    this.#options.onwaiting?.(true);
    this.#nudge();
    // What the browser threw away to save memory is fetched again.
    if (this.ahead < 0.1) for (const track of this.#tracks) track.seek(this.video.currentTime);
    clearTimeout(this.#stall);
    this.#stall = setTimeout(() => this.#options.onstall?.(true), STALL);
  }

  #moving(): void {
    clearTimeout(this.#stall);
    this.#options.onwaiting?.(false);
    this.#options.onstall?.(false);
  }

  /** What our own loader cannot play; lost where that fails as well. */
  #byLibrary(at: number, error: Error): void {
    const lost = (reason: Error): void => { if (!this.#closed) this.#options.onlost?.(reason); };
    if (this.#library) {
      lost(error);
      return;
    }
    this.#library = import("./library").then(({ playByLibrary }) => playByLibrary(this.video, this.stream, at, this.#sound, lost));
    this.#library.then(() => { if (this.#wanted && !this.#closed) void this.video.play().catch(() => undefined); }, lost);
  }

  /** One new beginning at the same place; if that fails too, another player. */
  #failed(error: Error): void {
    if (this.#closed) return;
    const at = this.video.currentTime;
    this.#detach();
    if (this.#usedAv1) {
      void more().then((later) => { later.refuseAv1(); }, () => undefined);
      this.#family = "h264";
      this.#usedAv1 = false;
    } else if (this.#rebuilt) {
      this.#byLibrary(at, error);
      return;
    } else {
      this.#rebuilt = true;
    }
    void this.#attach(at).then(() => {
      if (this.#wanted && !this.#closed) this.video.play().catch(() => undefined);
    });
  }

  #detach(): void {
    for (const track of this.#tracks) track.close();
    this.#tracks = [];
    this.#heard = undefined;
    this.#ended.clear();
    if (this.#source) URL.revokeObjectURL(this.#source.url);
    this.#source = null;
  }
}
