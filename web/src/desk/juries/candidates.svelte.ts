/** What may be put before a jury. */

import type { Problem } from "../../api/problem";
import type { DeskSeries } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { allSeries } from "../store/all-pages";

class Candidates {
  all = $state.raw<DeskSeries[] | null>(null);
  problem = $state.raw<Problem | null>(null);

  async load(): Promise<void> {
    try {
      this.all = await allSeries();
      this.problem = null;
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }
}

export const candidates = new Candidates();
