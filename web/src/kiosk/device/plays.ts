/** Proof of play: what was on the screen, when and how long; written on the disk and handed over when there is a network. */

import type { Moment } from "./clock";
import type { Session } from "./session";
import { change, count, fact, oldest } from "./shelf";

export interface Play {
  kind: "film" | "wall";
  series: number | null;
  episode: number | null;
  award: number | null;
  how: "loop" | "visitor";
  seconds: number;
  whole: boolean;
}

interface PlayRecord extends Play {
  counter: number;
  started_at: string;
  uncertainty_ms: number;
}

const COUNTER = "plays";
const MOST = 1000;
const LOCK = "tallscreen-kiosk-plays";

export class Plays {
  waiting = 0;
  #sending: Promise<boolean> | null = null;

  async open(): Promise<void> {
    this.waiting = await count("plays");
  }

  async add(play: Play, started: Moment): Promise<void> {
    await navigator.locks.request(LOCK, async () => {
      const counter = ((await fact<number>(COUNTER)) ?? 0) + 1;
      const record: PlayRecord = { counter, ...play, seconds: round(play.seconds), started_at: new Date(started.at).toISOString(), uncertainty_ms: Math.ceil(started.uncertainty) };
      await change(["plays", "facts"], (of) => {
        of("plays").add(record);
        of("facts").put(counter, COUNTER);
      });
    });
    this.waiting += 1;
  }

  /** Hands over the oldest; true where there are more. */
  async send(session: Session): Promise<boolean> {
    this.#sending ??= this.#send(session).finally(() => { this.#sending = null; });
    return this.#sending;
  }

  async #send(session: Session): Promise<boolean> {
    const plays = await oldest<PlayRecord>("plays", MOST);
    const first = plays[0];
    if (!first) return false;
    const { received } = await session.ask<{ received: number }>("POST", "/api/kiosk/plays", { plays }, { timeout: 30_000 });
    if (received >= first.counter) await change(["plays"], (of) => { of("plays").delete(IDBKeyRange.upperBound(received)); });
    this.waiting = await count("plays");
    return this.waiting > 0 && received >= first.counter;
  }
}

function round(seconds: number): number {
  return Math.round(Math.max(0, seconds) * 10) / 10;
}
