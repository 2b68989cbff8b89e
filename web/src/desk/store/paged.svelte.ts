/** A list that comes page by page as it is scrolled. */

import { get } from "../../api/client";
import type { Problem } from "../../api/problem";
import { problemFrom } from "../../shared/crew/session.svelte";

interface Page {
  next?: number | string | null;
}

const after = (address: string, next: number | string): string => `${address}${address.includes("?") ? "&" : "?"}after=${encodeURIComponent(String(next))}`;

export class Paged<Answer extends Page, Row> {
  rows = $state.raw<Row[]>([]);
  /** The newest page as a whole, for what stands beside its rows. */
  page = $state.raw<Answer | null>(null);
  problem = $state.raw<Problem | null>(null);
  more = $state(false);
  #next: number | string | null = null;
  #busy = false;
  /** Answers to an earlier question are not wanted any more. */
  #turn = 0;

  constructor(
    private readonly address: () => string,
    private readonly rowsOf: (page: Answer) => Row[],
    /** What makes a row the same one: lists that change while they are read may name a row on two pages. */
    private readonly keyOf: (row: Row) => unknown = (row) => row,
  ) {}

  /** From the beginning, with the filters as they are now; what is shown stays until the answer is there. */
  async start(): Promise<void> {
    this.#turn += 1;
    this.#next = null;
    this.#busy = false;
    await this.#load([]);
  }

  /** As far as it is shown, with what is news; nothing moves until all of it is there. */
  async again(): Promise<void> {
    const shown = this.rows.length;
    const turn = (this.#turn += 1);
    const address = this.address();
    this.#busy = true;
    try {
      let page = await get<Answer>(address, { retries: 1 });
      let rows = this.rowsOf(page);
      while (page.next && rows.length < shown && turn === this.#turn) {
        page = await get<Answer>(after(address, page.next), { retries: 1 });
        rows = [...rows, ...this.rowsOf(page)];
      }
      if (turn === this.#turn) this.#show(rows, page);
    } catch (error) {
      if (turn === this.#turn) this.problem = problemFrom(error);
    } finally {
      if (turn === this.#turn) this.#busy = false;
    }
  }

  async goOn(): Promise<void> {
    if (this.#busy || this.#next === null) return;
    await this.#load(this.rows);
  }

  replace(same: (row: Row) => boolean, row: Row): void {
    this.rows = this.rows.map((each) => (same(each) ? row : each));
  }

  #show(rows: Row[], page: Answer): void {
    this.rows = [...new Map(rows.map((row) => [this.keyOf(row), row])).values()];
    this.#next = page.next ?? null;
    this.more = this.#next !== null;
    this.page = page;
    this.problem = null;
  }

  async #load(before: Row[]): Promise<void> {
    this.#busy = true;
    const turn = this.#turn;
    const address = this.address();
    try {
      const page = await get<Answer>(this.#next === null ? address : after(address, this.#next), { retries: 1 });
      if (turn === this.#turn) this.#show([...before, ...this.rowsOf(page)], page);
    } catch (error) {
      if (turn === this.#turn) this.problem = problemFrom(error);
    } finally {
      if (turn === this.#turn) this.#busy = false;
    }
  }
}
