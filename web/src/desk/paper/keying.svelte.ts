/** A reading of a batch: kept on this device with each Enter, and sent by itself whenever there is network. */

import { backoff, get, put } from "../../api/client";
import { Problem } from "../../api/problem";
import type { PaperBatch, PaperBatchPage, PaperMarks } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { openStore, type Within } from "../../shared/kept-store";
import { uuid7 } from "../../shared/uuid7";
import { merged, nextPlace, type Reading } from "./typed";

/** Sheets of one request, as many as the server takes. */
const PIECE = 100;

interface Kept {
  key: string;
  batch: PaperBatch;
  readings: Reading[];
}

export type Part = "sheets" | "second";

export class Keying {
  readings = $state.raw<ReadonlyMap<number, Reading>>(new Map());
  /** The network is away; what was keyed is kept. */
  offline = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** This browser keeps nothing: a reload would lose what was not sent. */
  unkept = $state(false);
  readonly places: readonly number[];
  #store: Promise<Within> | null = null;
  #order: number[] = [];
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;
  #closed = false;

  constructor(readonly batch: PaperBatch, readonly part: Part, server: PaperBatchPage["sheets"]) {
    this.places = part === "sheets" ? Array.from({ length: batch.sheets }, (_, place) => place + 1) : batch.places;
    this.readings = merged([], server.map((sheet) => ({ ...sheet, marks: sheet.marks ?? null })));
  }

  get place(): number | null {
    return nextPlace(this.places, this.readings);
  }

  get done(): number {
    return this.places.filter((place) => this.readings.get(place)?.marks).length;
  }

  get waiting(): number {
    return [...this.readings.values()].filter(({ sent, turn }) => sent < turn).length;
  }

  get last(): Reading | undefined {
    return this.readings.get(this.#order.findLast((place) => this.readings.get(place)?.marks) ?? this.places.findLast((place) => this.readings.get(place)?.marks) ?? 0);
  }

  get #key(): string {
    return `${String(this.batch.id)}:${this.part}`;
  }

  /** Takes up what this device has kept, and begins to send. */
  open(): () => void {
    void this.#restore();
    const online = (): void => { this.#soon(0); };
    window.addEventListener("online", online);
    return () => {
      this.#closed = true;
      clearTimeout(this.#timer);
      window.removeEventListener("online", online);
    };
  }

  async #restore(): Promise<void> {
    this.#store = openStore("tallscreen-paper", "readings", "key");
    try {
      const kept = await (await this.#store)<Kept | undefined>("readonly", (store) => store.get(this.#key) as IDBRequest<Kept | undefined>);
      if (kept) this.readings = merged(kept.readings, [...this.readings.values()]);
    } catch {
      this.#store = null;
      this.unkept = true;
    }
    this.#soon(0);
  }

  /** One sheet more, or the same one again. */
  save(place: number, marks: PaperMarks): void {
    this.#set(place, marks);
    this.#order.push(place);
  }

  /** Takes the last sheet back, to be keyed again; what it said. */
  undo(): Reading | null {
    const last = this.last;
    if (!last) return null;
    this.#set(last.place, null);
    return last;
  }

  #set(place: number, marks: PaperMarks | null): void {
    const before = this.readings.get(place);
    const now: Reading = { id: before?.id ?? uuid7(), place, turn: (before?.turn ?? 0) + 1, marks, sent: before?.sent ?? 0 };
    this.readings = new Map(this.readings).set(place, now);
    void this.#keep();
    this.#soon(0);
  }

  async #keep(): Promise<void> {
    if (!this.#store) return;
    const kept: Kept = { key: this.#key, batch: $state.snapshot(this.batch) as PaperBatch, readings: [...this.readings.values()] };
    try {
      await (await this.#store)("readwrite", (store) => store.put(kept));
    } catch {
      this.unkept = true;
    }
  }

  #soon(wait: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.send(), wait);
  }

  /** Everything that waits, in pieces; what is keyed meanwhile goes with the next. */
  async send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.waiting > 0 && !this.problem) await this.#sendPiece();
      this.offline = false;
      this.#attempt = 0;
    } catch (error) {
      const problem = problemFrom(error);
      if (problem.passing || problem.code === "sign-in-needed") {
        this.offline = true;
        this.#soon(backoff(this.#attempt));
        this.#attempt += 1;
      } else {
        this.problem = problem;
      }
    } finally {
      this.#sending = false;
    }
  }

  async #sendPiece(): Promise<void> {
    const piece = [...this.readings.values()].filter(({ sent, turn }) => sent < turn).slice(0, PIECE);
    const sheets = piece.map(({ id, place, turn, marks }) => ({ id, place, turn, marks }));
    await put(`/api/desk/paper/${String(this.batch.id)}/${this.part}`, { sheets }, { timeout: 10_000 });
    const after = new Map(this.readings);
    for (const { place, turn } of piece) {
      const now = after.get(place);
      if (now) after.set(place, { ...now, sent: turn });
    }
    this.readings = after;
    await this.#keep();
  }

  /** The server's word instead of this device's, where another device was first. */
  async giveWay(): Promise<void> {
    const page = await get<PaperBatchPage>(`/api/desk/paper/${String(this.batch.id)}`);
    const theirs = new Map(page.sheets.map((sheet) => [sheet.place, sheet]));
    const mine = [...this.readings.values()].filter(({ id, place }) => (theirs.get(place)?.id ?? id) === id);
    this.readings = merged(mine, page.sheets.map((sheet) => ({ ...sheet, marks: sheet.marks ?? null })));
    this.problem = null;
    await this.#keep();
    this.#soon(0);
  }
}

/** What this device has kept of a batch, where the server does not answer. */
export async function keptBatch(batch: number): Promise<{ batch: PaperBatch; part: Part } | null> {
  try {
    const within = await openStore("tallscreen-paper", "readings", "key");
    for (const part of ["sheets", "second"] as const) {
      const kept = await within<Kept | undefined>("readonly", (store) => store.get(`${String(batch)}:${part}`) as IDBRequest<Kept | undefined>);
      if (kept) return { batch: kept.batch, part };
    }
  } catch {
    return null;
  }
  return null;
}
