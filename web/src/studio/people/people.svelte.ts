/** Who works for a company, as the server last said it. */

import { get, post, remove } from "../../api/client";
import type { Problem } from "../../api/problem";
import type { CompanyPeople, Invitation } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { words } from "../../shared/words.svelte";

export class People {
  companies = $state.raw<CompanyPeople[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.companies = await get<CompanyPeople[]>("/api/studio/people", { retries: 2 });
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  invite(name: string, email: string): Promise<Invitation | null> {
    return this.#change(() => post<Invitation>("/api/studio/people/invitations", { name, email }, { headers: words.accepting }));
  }

  sendAgain(invitation: number): Promise<Invitation | null> {
    return this.#change(() => post<Invitation>(`/api/studio/people/invitations/${String(invitation)}/send`, undefined, { headers: words.accepting }));
  }

  async takeBack(invitation: number): Promise<void> {
    await this.#change(() => remove(`/api/studio/people/invitations/${String(invitation)}`));
  }

  async removeMember(member: number): Promise<void> {
    await this.#change(() => remove(`/api/studio/people/${String(member)}`));
  }

  /** What it gives, once the list says so too; null where it was refused. */
  async #change<Answer>(work: () => Promise<Answer>): Promise<Answer | null> {
    if (this.busy) return null;
    this.busy = true;
    this.problem = null;
    try {
      const answer = await work();
      this.companies = await get<CompanyPeople[]>("/api/studio/people", { retries: 2 });
      return answer;
    } catch (error) {
      this.problem = problemFrom(error);
      return null;
    } finally {
      this.busy = false;
    }
  }
}
