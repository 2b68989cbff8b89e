/** A ceremony's screen: everything is loaded beforehand, the result lies in its envelope, and opens at its second. */

import { get } from "../../api/client";
import { hear, serverNow } from "../../api/clock";
import { Problem } from "../../api/problem";
import type { JuryResult, Result } from "../../api/types";
import { openEnvelope } from "./envelope";
import { keepPackage, keepPage, keptPackage, type Shown } from "./package";

const AGAIN = 4_000;

export class CeremonyScreen {
  shown = $state.raw<Shown | null>(null);
  missing = $state(false);
  offline = $state(false);
  opening = $state(false);
  refused = $state(false);
  now = $state(serverNow());
  /** Address of a poster to a copy on this device; to nothing where the house has none. */
  posters = $state.raw<ReadonlyMap<string, string | null>>(new Map());
  #opened = $state.raw<Result | JuryResult | null>(null);
  #files = new Map<string, Blob | null>();

  /** `path` is where everything comes from; a rehearsal is loaded once and kept nowhere. */
  constructor(readonly path: string, readonly rehearsal: boolean) {}

  get result(): Result | JuryResult | null {
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
    void this.#begin();
    const ticking = setInterval(() => { this.now = serverNow(); }, 250);
    const looking = setInterval(() => { if (!this.shown?.result && !this.rehearsal) void this.#load(); }, AGAIN);
    return () => {
      clearInterval(ticking);
      clearInterval(looking);
    };
  }

  /** From the disk at once, so that a screen that is loaded anew needs no network; then from the house. */
  async #begin(): Promise<void> {
    if (!this.rehearsal) {
      void keepPage();
      const kept = await keptPackage(this.path);
      if (kept) {
        hear(new Date(Date.now() + kept.ahead).toISOString());
        this.now = serverNow();
        for (const [address, file] of kept.posters) this.#take(address, file);
        this.shown = kept.shown;
      }
    }
    await this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.shown = await get<Shown>(this.path, { retries: 0 });
      this.offline = false;
      await this.#fetchPosters();
      await this.#keep();
    } catch (error) {
      this.missing = this.shown === null && error instanceof Problem && !error.passing;
      this.offline = true;
    }
  }

  /** Copies of all posters: which of them will be shown nobody here knows. */
  async #fetchPosters(): Promise<void> {
    for (const address of this.wanted) {
      if (this.posters.has(address)) continue;
      try {
        const answer = await fetch(address);
        if (!answer.ok && answer.status !== 404) continue;
        this.#take(address, answer.ok ? await answer.blob() : null);
      } catch {
        return; // the next look goes on
      }
    }
  }

  #take(address: string, file: Blob | null): void {
    this.#files.set(address, file);
    this.posters = new Map([...this.posters, [address, file && URL.createObjectURL(file)]]);
  }

  async #keep(): Promise<void> {
    if (this.rehearsal || !this.shown || this.shown.state === "waiting") return;
    const ahead = serverNow() - Date.now();
    await keepPackage({ path: this.path, shown: this.shown, posters: [...this.#files], ahead });
  }

  async open(code: string): Promise<void> {
    const { envelope, salt, rounds } = this.shown ?? {};
    if (!envelope || !salt || !rounds || !this.due || this.opening) return;
    this.opening = true;
    const found = await openEnvelope(envelope, salt, code, rounds);
    this.refused = found === null;
    if (found) this.#opened = (found as { result: Result | JuryResult }).result;
    this.opening = false;
  }
}
