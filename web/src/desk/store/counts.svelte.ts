/** What waits for somebody, counted beside the names of the pages. */

import { get } from "../../api/client";
import type { DeskCounts } from "../../api/types";

const REFRESH = 30_000;

class Counts {
  #counts = $state.raw<DeskCounts | null>(null);

  /** Undefined where there is nothing to be said. */
  of(name: keyof DeskCounts): number | undefined {
    return this.#counts?.[name] || undefined;
  }

  /** They are an aside: while they cannot be asked for, the last ones stay. */
  async load(): Promise<void> {
    this.#counts = await get<DeskCounts>("/api/desk/counts").catch(() => this.#counts);
  }

  watch(): () => void {
    const again = (): void => {
      if (document.visibilityState === "visible") void this.load();
    };
    void this.load();
    const timer = setInterval(again, REFRESH);
    return () => { clearInterval(timer); };
  }
}

export const counts = new Counts();
