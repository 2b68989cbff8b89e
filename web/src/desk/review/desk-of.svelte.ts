/** One submission on the desk: all that is known of it, and what is decided. */

import { get, post } from "../../api/client";
import type { Problem } from "../../api/problem";
import type { About, DecisionKind, LetterPreview, ReviewCard, StudioSeries, Submission } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { uuid7 } from "../../shared/uuid7";

export interface Draft {
  kind: DecisionKind;
  words: string;
  until: string | null;
}

export class OnTheDesk {
  card = $state.raw<ReviewCard | null>(null);
  series = $state.raw<StudioSeries | null>(null);
  about = $state.raw<About | null>(null);
  submission = $state.raw<Submission | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);

  constructor(
    readonly id: number,
    /** Told after everything that changed the submission. */
    private readonly onchange: (card: ReviewCard) => void,
  ) {}

  async load(): Promise<void> {
    try {
      const card = await get<ReviewCard>(`/api/desk/submissions/${String(this.id)}`, { retries: 1 });
      const of = `/api/studio/series/${String(card.submission.series)}`;
      const [series, about, submission] = await Promise.all([
        get<StudioSeries>(of, { retries: 1 }), get<About>(`${of}/about`, { retries: 1 }), get<Submission>(`${of}/submission`, { retries: 1 }),
      ]);
      Object.assign(this, { card, series, about, submission, problem: null });
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  letter(draft: Draft): Promise<LetterPreview> {
    return post<LetterPreview>(`/api/desk/submissions/${String(this.id)}/letter`, draft, { retries: 1 });
  }

  /** True once it is decided. The id is made once, so that a second try is no second decision. */
  async decide(draft: Draft, id = uuid7()): Promise<boolean> {
    const seen = this.card?.submission.version;
    if (seen === undefined) return false;
    return this.#act(post<ReviewCard>(`/api/desk/submissions/${String(this.id)}/decisions`, { id, seen, ...draft }, { retries: 2 }));
  }

  async undo(): Promise<boolean> {
    const last = this.card?.decisions.find(({ undo_until: until }) => until !== null);
    return last ? this.#act(post<ReviewCard>(`/api/desk/decisions/${last.id}/undo`, undefined, { retries: 2 })) : false;
  }

  async #act(work: Promise<ReviewCard>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      this.card = await work;
      this.problem = null;
      this.onchange(this.card);
      return true;
    } catch (error) {
      const problem = problemFrom(error);
      // What somebody else did is shown under the word that it was they.
      if (!problem.passing) await this.load();
      this.problem = problem;
      if (this.card) this.onchange(this.card);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
