/** The poster of a series as the server last told it, and pictures on their way to be one. */

import { get, pause, post, put } from "../../api/client";
import { NO_NETWORK, Problem, problemOf, unreachable } from "../../api/problem";
import type { PosterCandidate, SeriesPoster } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { uuid7 } from "../../shared/uuid7";
import { book } from "../store/book.svelte";
import type { Frame } from "./crop";

const AGAIN = 700;
/** What the worker could not use is told by its state alone, and what the browser cannot read the server never sees. */
export const UNREADABLE = new Problem({ code: "picture-unreadable", status: 422, title: "", detail: "", kept: "", next: "" });

export interface Cut {
  file: File;
  frame: Frame;
}

export class PosterChoice {
  state = $state.raw<SeriesPoster | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  readonly #address: string;
  #following = new AbortController();

  constructor(series: number) {
    this.#address = `/api/studio/series/${String(series)}`;
  }

  load(): Promise<void> {
    return this.#change(() => get<SeriesPoster>(`${this.#address}/poster`, { retries: 2 }));
  }

  choose({ package: of, letter }: PosterCandidate): Promise<void> {
    return this.#change(() => put<SeriesPoster>(`${this.#address}/poster/candidate`, { package: of, letter }));
  }

  goBack(): Promise<void> {
    return this.#change(() => post<SeriesPoster>(`${this.#address}/poster/back`, { leaving: this.state?.shown?.id ?? null }));
  }

  /** One picture for both shapes is sent once. */
  makeOwn(tall: Cut, card: Cut): Promise<void> {
    return this.#change(async () => {
      const first = await this.#send(tall.file);
      const second = card.file === tall.file ? first : await this.#send(card.file);
      const body = { id: uuid7(), tall: { picture: first, ...tall.frame }, card: { picture: second, ...card.frame } };
      return post<SeriesPoster>(`${this.#address}/poster/own`, body);
    });
  }

  close(): void {
    this.#following.abort();
  }

  async #send(file: File): Promise<string> {
    const answer = await fetch(`${this.#address}/pictures`, { method: "POST", body: file, headers: { Accept: "application/json", "Content-Type": "application/octet-stream" } }).catch(() => {
      throw unreachable(NO_NETWORK);
    });
    if (!answer.ok) throw await problemOf(answer);
    return ((await answer.json()) as { id: string }).id;
  }

  async #change(work: () => Promise<SeriesPoster>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      this.state = await work();
      void this.#follow();
      void book.load();
    } catch (error) {
      this.problem = problemFrom(error);
    } finally {
      this.busy = false;
    }
  }

  /** Until what is being made is there, or cannot be. */
  async #follow(): Promise<void> {
    this.#following.abort();
    const { signal } = (this.#following = new AbortController());
    while (this.state?.own?.state === "queued") {
      await pause(AGAIN, signal).catch(() => undefined);
      if (signal.aborted) return;
      const found = await this.#look(signal);
      if (signal.aborted) return;
      if (found) this.state = found;
      if (found && found.own?.state !== "queued") void book.load();
    }
  }

  /** Null where nothing could be learnt this time. */
  async #look(signal: AbortSignal): Promise<SeriesPoster | null> {
    try {
      return await get<SeriesPoster>(`${this.#address}/poster`, { signal });
    } catch (error) {
      if (signal.aborted || (error instanceof Problem && error.passing)) return null;
      throw error;
    }
  }
}
