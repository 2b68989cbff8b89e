/** What somebody is asked to prove before a request is sent once more: one question at a time, whoever asks. */

import { proveWith } from "../../api/client";
import { PASSKEY_NEEDED, Problem } from "../../api/problem";
import type { Proof } from "../../api/types";
import { session } from "./session.svelte";

class Question {
  /** What is asked for now; null for nothing. */
  how = $state.raw<Proof | null>(null);
  #asked: Promise<boolean> | null = null;
  #answer: (done: boolean) => void = () => undefined;

  /** Resolves when it was answered; false where somebody turned away. */
  ask(problem: Problem): Promise<boolean> {
    const how = (problem.body["values"] as { how?: Proof } | undefined)?.how ?? "passkey";
    // An account that may do nothing else yet is asked by the page itself.
    if (!session.account || session.needs) return Promise.resolve(false);
    this.#asked ??= new Promise<boolean>((resolve) => { this.#answer = resolve; }).finally(() => { this.#asked = null; });
    this.how = how;
    return this.#asked;
  }

  close(done: boolean): void {
    this.how = null;
    this.#answer(done);
  }
}

export const question = new Question();
proveWith(async (error) => error instanceof Problem && error.code === PASSKEY_NEEDED && (await question.ask(error)));
