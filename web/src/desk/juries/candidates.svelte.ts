/** What may be put before a jury. */

import { get } from "../../api/client";
import type { Problem } from "../../api/problem";
import type { StudioSeries } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";

class Candidates {
  all = $state.raw<StudioSeries[] | null>(null);
  problem = $state.raw<Problem | null>(null);

  async load(): Promise<void> {
    try {
      this.all = await get<StudioSeries[]>("/api/desk/series", { retries: 1 });
      this.problem = null;
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }
}

export const candidates = new Candidates();
