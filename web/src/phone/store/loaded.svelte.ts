import { Problem } from "../../api/problem";

/** Something the server sends: what came last, whether it is on its way, and what went wrong. */
export class Loaded<Value> {
  value = $state.raw<Value | null>(null);
  problem = $state.raw<Problem | null>(null);
  loading = $state(false);
  /** Beside `loading`, for `load` itself: an effect that asked `loading` would ask the server again with each answer. */
  #busy = false;
  readonly #fetch: () => Promise<Value>;

  constructor(fetch: () => Promise<Value>) {
    this.#fetch = fetch;
  }

  /** What is shown stays while it is fetched anew, and when that fails. */
  async load(): Promise<void> {
    if (this.#busy) return;
    this.#busy = this.loading = true;
    try {
      this.value = await this.#fetch();
      this.problem = null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
    } finally {
      this.#busy = this.loading = false;
    }
  }
}
