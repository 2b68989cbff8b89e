/** Films one after the other without a gap: while one plays, the next stands behind it, its first picture decoded. */

import { Player } from "../../shared/player/player";
import type { LoopItem } from "./show";

type Film = Extract<LoopItem, { kind: "film" }>;

interface Slot {
  video: HTMLVideoElement;
  player: Player | null;
  film: Film | null;
}

/** A showing that is over. */
export interface Shown {
  item: LoopItem;
  seconds: number;
  whole: boolean;
}

export interface ReelOptions {
  /** What plays, asked for whenever something new begins: the hour may have changed. */
  list: () => readonly LoopItem[];
  after: string;
  /** Seconds of a film at the most. */
  most: () => number;
  sound: () => { muted: boolean; volume: number };
  onbegin: (item: LoopItem) => void;
  onshown: (shown: Shown) => void;
}

/** How long a film may take to its first picture before another takes its place. */
const PATIENCE = 4_000;
const FADE = 500;
const EMPTY_AGAIN = 2_000;

export class Reel {
  /** Which of the two films is on the screen. */
  active = $state(0);
  shown = $state.raw<LoopItem | null>(null);
  part = $state(0);
  recoveries = 0;
  #slots: Slot[] = [];
  readonly #options: ReelOptions;
  #last: string;
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = false;
  #place = -1;

  constructor(options: ReelOptions) {
    this.#options = options;
    this.#last = options.after;
  }

  /** Until the returned function is called. */
  open(videos: readonly HTMLVideoElement[]): () => void {
    const listening = new AbortController();
    this.#slots = videos.map((video) => ({ video, player: null, film: null }));
    for (const slot of this.#slots) {
      const on = (type: string, listener: () => void): void => { slot.video.addEventListener(type, () => { if (this.#current === slot) listener(); }, { signal: listening.signal }); };
      on("ended", () => { this.#over(true); });
      on("timeupdate", () => { this.#follow(slot); });
    }
    this.#next();
    return () => {
      listening.abort();
      clearTimeout(this.#timer);
      this.#turn += 1;
      this.#tell(false);
      for (const slot of this.#slots) clear(slot);
    };
  }

  /** The film stands still until it may go on. */
  hold(held: boolean): void {
    this.#held = held;
    const video = this.#current?.video;
    if (!video || this.shown?.kind !== "film") return;
    if (held) video.pause();
    else void video.play().catch(() => undefined);
  }

  /** The picture has not moved: another film. */
  skip(): void {
    this.recoveries += 1;
    this.#over(false);
  }

  /** Whether the picture has moved since the last question; null where it should not. */
  get moving(): boolean | null {
    if (this.#held || this.shown?.kind === "wall" || this.#options.list().length === 0) return null;
    const place = this.#current?.video.currentTime ?? -1;
    const moved = place !== this.#place && this.shown !== null;
    this.#place = place;
    return moved;
  }

  get second(): number | null {
    return this.shown?.kind === "film" ? (this.#current?.video.currentTime ?? null) : null;
  }

  get #current(): Slot | undefined {
    return this.#slots[this.active];
  }

  get #other(): Slot | undefined {
    return this.#slots[1 - this.active];
  }

  #follow(slot: Slot): void {
    const length = Math.min(this.#options.most(), slot.film?.item.stream.duration ?? 1);
    this.part = Math.min(1, slot.video.currentTime / length);
    if (slot.video.currentTime >= this.#options.most()) this.#over(true);
  }

  #over(whole: boolean): void {
    if (this.shown === null) return;
    this.#tell(whole);
    this.#next();
  }

  /** What was shown is told once. */
  #tell(whole: boolean): void {
    const item = this.shown;
    if (item === null) return;
    const video = this.#current?.video;
    const seconds = item.kind !== "film" ? item.seconds : video ? playedOf(video) : 0;
    this.shown = null;
    this.#options.onshown({ item, seconds, whole });
  }

  #following(after: string): LoopItem | null {
    const list = this.#options.list();
    return list[(list.findIndex(({ key }) => key === after) + 1) % Math.max(1, list.length)] ?? null;
  }

  #next(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    const item = this.#following(this.#last);
    if (item === null || this.#held) {
      this.#timer = setTimeout(() => { this.#next(); }, EMPTY_AGAIN);
      return;
    }
    this.#last = item.key;
    if (item.kind !== "film") this.#card(item);
    else void this.#film(item, this.#turn);
  }

  #card(item: Exclude<LoopItem, { kind: "film" }>): void {
    this.#begin(item);
    this.#prepare(this.#other);
    this.#timer = setTimeout(() => { this.#over(true); }, item.seconds * 1000);
  }

  /** The old film keeps its last picture until the new one has shown its first. */
  async #film(film: Film, turn: number): Promise<void> {
    const slot = this.#other;
    if (!slot) return;
    if (slot.film?.key !== film.key) load(slot, film);
    const { muted, volume } = this.#options.sound();
    Object.assign(slot.video, { muted, volume });
    if (slot.player) slot.player.load = "all";
    const arrived = firstPicture(slot.video);
    // Not waited for: what never arrives never plays, and never says so.
    void slot.video.play().catch(() => undefined);
    const came = await arrived;
    if (turn !== this.#turn) return;
    if (!came) {
      this.recoveries += 1;
      clear(slot);
      this.#timer = setTimeout(() => { this.#next(); }, 0);
      return;
    }
    const old = this.#current;
    this.active = this.#slots.indexOf(slot);
    // Its last picture stays under the new one; it is not to be taken for a film that is ready.
    if (old) old.film = null;
    old?.video.pause();
    this.#begin(film);
    if (this.#held) slot.video.pause();
    this.#timer = setTimeout(() => { this.#prepare(old); }, FADE);
  }

  #begin(item: LoopItem): void {
    this.part = 0;
    this.shown = item;
    this.#options.onbegin(item);
  }

  #prepare(slot: Slot | undefined): void {
    if (!slot) return;
    const next = this.#following(this.#last);
    clear(slot);
    if (next?.kind === "film") load(slot, next);
  }
}

function load(slot: Slot, film: Film): void {
  clear(slot);
  slot.film = film;
  slot.player = new Player(slot.video, film.item.stream, { load: "first" });
}

function clear(slot: Slot): void {
  slot.player?.close();
  slot.player = null;
  slot.film = null;
}

/** True once a picture of it was presented. */
function firstPicture(video: HTMLVideoElement): Promise<boolean> {
  return new Promise((resolve) => {
    const handle = video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve(true);
    });
    const timer = setTimeout(() => {
      video.cancelVideoFrameCallback(handle);
      resolve(false);
    }, PATIENCE);
  });
}

function playedOf({ played }: HTMLVideoElement): number {
  let sum = 0;
  for (let index = 0; index < played.length; index += 1) sum += played.end(index) - played.start(index);
  return sum;
}
