/** A ceremony's screen: everything is loaded beforehand, the result lies in its envelope, and opens at its second. */

import { get } from "../../api/client";
import { serverNow } from "../../api/clock";
import { Problem } from "../../api/problem";
import type { Ceremony, Result } from "../../api/types";
import { openEnvelope } from "./envelope";

const AGAIN = 4_000;

export class CeremonyScreen {
  shown = $state.raw<Ceremony | null>(null);
  missing = $state(false);
  offline = $state(false);
  opening = $state(false);
  refused = $state(false);
  now = $state(serverNow());
  /** Address of a poster to a copy on this device; to nothing where the house has none. */
  posters = $state.raw<ReadonlyMap<string, string | null>>(new Map());
  #opened = $state.raw<Result | null>(null);

  constructor(readonly award: string, readonly rehearsal: boolean) {}

  get result(): Result | null {
    return this.shown?.result ?? this.#opened;
  }

  get wanted(): string[] {
    return (this.shown?.entries ?? []).flatMap(({ poster }) => (poster ? [poster.jpg] : []));
  }

  get loaded(): number {
    return this.wanted.filter((address) => this.posters.has(address)).length;
  }

  get due(): boolean {
    const at = this.shown?.reveals_at;
    return !at || this.now >= Date.parse(at);
  }

  get armed(): boolean {
    return this.shown?.state === "sealed" && this.loaded === this.wanted.length;
  }

  watch(): () => void {
    void this.#load();
    const ticking = setInterval(() => { this.now = serverNow(); }, 250);
    const looking = setInterval(() => { if (!this.result && !this.rehearsal) void this.#load(); }, AGAIN);
    return () => {
      clearInterval(ticking);
      clearInterval(looking);
    };
  }

  async #load(): Promise<void> {
    try {
      const path = this.rehearsal ? `/api/desk/awards/${this.award}/rehearsal` : `/api/awards/${this.award}/ceremony`;
      this.shown = await get<Ceremony>(path, { retries: 0 });
      this.offline = false;
      await this.#keep();
    } catch (error) {
      this.missing = this.shown === null && error instanceof Problem && !error.passing;
      this.offline = true;
    }
  }

  /** Copies of all posters: which of them will be shown nobody here knows. */
  async #keep(): Promise<void> {
    for (const address of this.wanted) {
      if (this.posters.has(address)) continue;
      try {
        const answer = await fetch(address);
        if (!answer.ok && answer.status !== 404) continue;
        this.posters = new Map([...this.posters, [address, answer.ok ? URL.createObjectURL(await answer.blob()) : null]]);
      } catch {
        return; // the next look goes on
      }
    }
  }

  async open(code: string): Promise<void> {
    const { envelope, salt, rounds } = this.shown ?? {};
    if (!envelope || !salt || !rounds || !this.due || this.opening) return;
    this.opening = true;
    const found = await openEnvelope(envelope, salt, code, rounds);
    this.refused = found === null;
    if (found) this.#opened = (found as { result: Result }).result;
    this.opening = false;
  }
}
