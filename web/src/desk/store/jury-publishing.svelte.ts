/** The way of a jury's decision to the public, as the desk sees it. */

import { get } from "../../api/client";
import type { JuryGates, JuryPlan } from "../../api/jury";
import type { Problem } from "../../api/problem";
import { problemFrom } from "../../shared/crew/session.svelte";
import { Publishing } from "./publishing.svelte";

export class JuryPublishing extends Publishing {
  shown = $state.raw<{ gates: JuryGates; plan: JuryPlan } | null>(null);
  problem = $state.raw<Problem | null>(null);

  constructor(readonly id: number) {
    super(`juries/${String(id)}`);
  }

  async load(): Promise<void> {
    const of = <Answer>(name: string) => get<Answer>(`/api/desk/${this.own}/${name}`, { retries: 1 });
    try {
      const [gates, plan] = await Promise.all([of<JuryGates>("gates"), of<JuryPlan>("plan")]);
      this.shown = { gates, plan };
      this.problem = null;
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }
}
