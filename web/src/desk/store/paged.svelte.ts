/** A list that comes page by page as it is scrolled. */

import { get } from "../../api/client";
import type { Problem } from "../../api/problem";
import { problemFrom } from "../../shared/crew/session.svelte";

interface Page {
  next?: number | string | null;
}

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
  ) {}

  /** From the beginning, with the filters as they are now; what is shown stays until the answer is there. */
  async start(): Promise<void> {
    this.#turn += 1;
    this.#next = null;
    this.#busy = false;
    await this.#load([]);
  }

  async goOn(): Promise<void> {
    if (this.#busy || this.#next === null) return;
    await this.#load(this.rows);
  }

  replace(same: (row: Row) => boolean, row: Row): void {
    this.rows = this.rows.map((each) => (same(each) ? row : each));
  }

  async #load(before: Row[]): Promise<void> {
    this.#busy = true;
    const turn = this.#turn;
    const address = this.address();
    const after = this.#next === null ? "" : `${address.includes("?") ? "&" : "?"}after=${encodeURIComponent(String(this.#next))}`;
    try {
      const page = await get<Answer>(address + after, { retries: 1 });
      if (turn !== this.#turn) return;
      this.rows = [...before, ...this.rowsOf(page)];
      this.#next = page.next ?? null;
      this.more = this.#next !== null;
      this.page = page;
      this.problem = null;
    } catch (error) {
      if (turn === this.#turn) this.problem = problemFrom(error);
    } finally {
      if (turn === this.#turn) this.#busy = false;
    }
  }
}
