/** Keeps one SourceBuffer filled ahead of the playhead. */

import type { Rendition } from "../../api/types";
import { backoff, pause } from "../../api/client";
import { bytesOf } from "./base64";
import { fetchSegment, SegmentMissing } from "./fetch-segment";
import type { Throughput } from "./rungs";
import type { SourceQueue } from "./source-queue";
import { bufferedAhead, holds, segmentAt, segmentUrl, spansOf, type Span } from "./timeline";

export interface TrackPlan<Kind extends Rendition> {
  base: string;
  queue: SourceQueue;
  start: Kind;
  /** The buffer has the init segment of `start`: somebody else began. */
  begun?: boolean;
  /** False while more segments are being made; `extend` brings them. */
  complete: boolean;
  /** The MIME type of a rendition, for a buffer that changes from one codec to another. */
  typeOf: (rendition: Kind) => string;
  /** Which rendition the next segment is taken from. */
  choose: (current: Kind, ahead: number) => Kind;
  playhead: () => number;
  /** Seconds to keep in front of the playhead at the moment. */
  goal: () => number;
  throughput: Throughput;
  priority: "high" | "low" | "auto";
  onanswer?: () => void;
  /** The first request waits for this. */
  before?: Promise<unknown>;
  onend: () => void;
  /** Attempts so far of the segment in work; 0 when it arrived. */
  ontrouble: (attempts: number) => void;
  onlost: (error: Error) => void;
}

const BEHIND = 12;
const LOW = 2;
const ATTEMPTS_WHEN_MISSING = 3;

export class Track<Kind extends Rendition> {
  readonly #plan: TrackPlan<Kind>;
  #spans: Span[];
  #complete: boolean;
  #current: Kind;
  #initialised: Kind | null = null;
  /** What the buffer has been told to expect. */
  #format: string;
  #next = 0;
  #stop = new AbortController();
  #fetching = new AbortController();
  #wake: () => void = () => undefined;

  constructor(plan: TrackPlan<Kind>) {
    this.#plan = plan;
    this.#current = plan.start;
    this.#initialised = plan.begun ? plan.start : null;
    this.#format = formatOf(plan.start);
    this.#spans = spansOf(plan.start.segments);
    this.#complete = plan.complete;
  }

  get rendition(): Kind {
    return this.#current;
  }

  get atEnd(): boolean {
    return this.#next >= this.#spans.length;
  }

  async run(from: number): Promise<void> {
    this.#next = segmentAt(this.#spans, from);
    try {
      await this.#initialise(this.#current);
      await this.#plan.before;
      while (!this.#stop.signal.aborted) {
        this.#skipHeld();
        if (this.atEnd && this.#complete) this.#plan.onend();
        if (this.atEnd || this.#full()) await this.#sleep();
        else await this.#load(this.#next);
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#plan.onlost(error as Error);
    }
  }

  /** More of the film is there. */
  extend(segments: readonly number[], complete: boolean): void {
    this.#spans = spansOf(segments);
    this.#complete = complete;
    this.#wake();
  }

  /** The playhead moved, or the goal did. */
  nudge(): void {
    this.#wake();
  }

  seek(time: number): void {
    this.#next = segmentAt(this.#spans, time);
    this.#fetching.abort();
    this.#wake();
  }

  /** What is on its way is not wanted any more. */
  cancel(): void {
    this.#fetching.abort();
  }

  close(): void {
    this.#stop.abort();
    this.#fetching.abort();
    this.#wake();
  }

  #skipHeld(): void {
    while (!this.atEnd) {
      const span = this.#spans[this.#next];
      if (!span || !holds(this.#plan.queue.buffer.buffered, span)) return;
      this.#next += 1;
    }
  }

  #full(): boolean {
    const start = this.#spans[this.#next]?.start ?? 0;
    return start - this.#plan.playhead() >= this.#plan.goal();
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #initialise(rendition: Kind): Promise<void> {
    if (this.#initialised === rendition) return;
    const format = formatOf(rendition);
    if (format !== this.#format) await this.#plan.queue.changeType(this.#plan.typeOf(rendition));
    this.#format = format;
    await this.#plan.queue.append(bytesOf(rendition.init));
    this.#initialised = rendition;
  }

  async #load(index: number): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      this.#fetching = new AbortController();
      try {
        await this.#fetch(index, this.#fetching.signal);
        this.#plan.ontrouble(0);
        if (this.#next === index) this.#next = index + 1;
        await this.#trim();
        return;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        await this.#plan.queue.reset();
        this.#initialised = null;
        if (this.#fetching.signal.aborted) return;
        if (error instanceof SegmentMissing && attempt >= ATTEMPTS_WHEN_MISSING) throw error;
        if (isQuota(error)) await this.#trim(1);
        this.#plan.ontrouble(attempt + 1);
        await pause(backoff(attempt), this.#fetching.signal).catch(() => undefined);
        if (this.#fetching.signal.aborted) return;
      }
    }
  }

  async #fetch(index: number, signal: AbortSignal): Promise<void> {
    const { queue, base, throughput, priority, onanswer } = this.#plan;
    const ahead = bufferedAhead(queue.buffer.buffered, this.#plan.playhead());
    this.#current = this.#plan.choose(this.#current, ahead);
    await this.#initialise(this.#current);
    // With little in the buffer every piece is appended as it arrives: the picture does not wait for the whole segment.
    const hasty = ahead < LOW;
    const onpiece = hasty ? (bytes: Uint8Array<ArrayBuffer>): Promise<void> => queue.append(bytes) : undefined;
    const url = segmentUrl(base, this.#current.name, index);
    const whole = await fetchSegment({ url, signal, throughput, onpiece, onanswer, priority });
    if (!hasty) await queue.append(whole);
    await queue.idle();
  }

  async #trim(keep = BEHIND): Promise<void> {
    const { buffer } = this.#plan.queue;
    // Whole segments only: half a one would be taken for held and leave a hole behind a seek.
    const until = this.#spans[segmentAt(this.#spans, this.#plan.playhead() - keep)]?.start ?? 0;
    if (buffer.buffered.length > 0 && buffer.buffered.start(0) < until - 4) await this.#plan.queue.remove(0, until);
  }
}

/** "avc1" or "av01": profiles and levels of one format need no change, and not every browser can make one. */
function formatOf({ codec }: Rendition): string {
  return codec.slice(0, 4);
}

function isQuota(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}
