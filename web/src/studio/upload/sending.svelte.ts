/** One file on its way: what has arrived of it, how fast, and why it stopped. */

import { Problem } from "../../api/problem";
import type { EpisodeState } from "../../api/types";
import type { Dropped } from "../drop/files-of";
import { Pace } from "./layout";

export type Phase = "next" | "sending" | "waiting" | "elsewhere" | "signed_out" | "paused" | "failed";

/** What is shown of a file on its way. */
export interface OnItsWay {
  phase: Phase;
  sent: number;
  size: number;
  bytesPerSecond?: number | null;
  secondsLeft?: number | null;
}

const MOVING: ReadonlySet<Phase> = new Set(["next", "sending", "waiting", "signed_out"]);
const BUSY: ReadonlySet<Phase> = new Set(["sending", "waiting"]);

export class Sending {
  readonly episode: number;
  readonly series: number;
  readonly dropped: Dropped;
  /** Whose file it is. */
  readonly account: number | null;
  phase = $state<Phase>("next");
  /** Bytes, as they are shown: a few times a second. */
  sent = $state(0);
  bytesPerSecond = $state<number | null>(null);
  problem = $state.raw<Problem | null>(null);
  upload: string | null;
  stopping: AbortController | null = null;
  partSize = 1;
  /** Bytes, as they are known. */
  arrived = 0;
  readonly pace = new Pace();

  constructor(episode: EpisodeState, dropped: Dropped, account: number | null) {
    this.episode = episode.id;
    this.series = episode.series;
    this.dropped = dropped;
    this.account = account;
    this.upload = episode.upload;
  }

  get file(): File {
    return this.dropped.file;
  }

  get size(): number {
    return this.file.size;
  }

  get moving(): boolean {
    return MOVING.has(this.phase);
  }

  /** It has one of the places of files that are sent side by side. */
  get busy(): boolean {
    return BUSY.has(this.phase);
  }

  get secondsLeft(): number | null {
    return this.bytesPerSecond ? (this.size - this.sent) / this.bytesPerSecond : null;
  }

  /** Show what is known by now. */
  show(at: number): void {
    this.sent = this.arrived;
    this.pace.mark(this.arrived, at);
    this.bytesPerSecond = this.busy ? (this.pace.bytesPerSecond ?? this.bytesPerSecond) : null;
  }
}
