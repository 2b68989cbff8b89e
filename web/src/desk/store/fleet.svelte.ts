/** All screens as the desk sees them, kept fresh by the live stream. */

import { get, post, put } from "../../api/client";
import { follow } from "../../api/live";
import type { Problem } from "../../api/problem";
import type { Fleet, FleetKiosk, KioskCommand, KioskSettings, Pairing, StoredProgramme, VotesToday } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";

const REFRESH = 60_000;

const pageAfter = (kiosk: number): Promise<Fleet> => get<Fleet>(`/api/desk/kiosks?after=${String(kiosk)}`, { retries: 1 });

class FleetDesk {
  kiosks = $state.raw<readonly FleetKiosk[] | null>(null);
  /** Of all screens, also those that are not shown yet. */
  late = $state.raw<Fleet["late"]>([]);
  held = $state(0);
  next = $state.raw<number | null>(null);
  programmes = $state.raw<readonly StoredProgramme[]>([]);
  votes = $state.raw<VotesToday | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Of the last thing somebody did. */
  refused = $state.raw<Problem | null>(null);
  stale = $state(false);
  chosen = $state<number | null>(null);

  async load(): Promise<void> {
    try {
      const of = <Answer>(path: string) => get<Answer>(`/api/desk/${path}`, { retries: 1 });
      const [fleet, programmes, votes] = await Promise.all([of<Fleet>("kiosks"), of<StoredProgramme[]>("programmes"), of<VotesToday>("kiosks/votes")]);
      await this.#take(fleet);
      this.programmes = programmes;
      this.votes = votes;
      this.problem = null;
    } catch (error) {
      const problem = problemFrom(error);
      if (this.kiosks && problem.passing) this.stale = true;
      else this.problem = problem;
    }
  }

  /** Now, then as it changes, until the returned function is called. */
  watch(): () => void {
    void this.load();
    const timer = setInterval(() => void this.load(), REFRESH);
    const unfollow = follow({ "kiosks:fleet": (fleet) => { this.#take(fleet).catch(() => { this.stale = true; }); } }, { onstale: (stale) => { this.stale = stale; } });
    return () => {
      clearInterval(timer);
      unfollow();
    };
  }

  async goOn(): Promise<void> {
    try {
      if (this.next !== null && this.kiosks) this.#show(this.kiosks, await pageAfter(this.next));
    } catch (error) {
      this.refused = problemFrom(error);
    }
  }

  /** The stream tells the first page; what is shown after it is asked for again. */
  async #take(first: Fleet): Promise<void> {
    const shown = this.kiosks?.length ?? 0;
    let [kiosks, page] = [first.kiosks, first];
    while (page.next !== null && kiosks.length < shown) {
      page = await pageAfter(page.next);
      kiosks = [...kiosks, ...page.kiosks];
    }
    this.#show([], { ...page, kiosks });
  }

  #show(before: readonly FleetKiosk[], page: Fleet): void {
    // A screen that was given another name may stand on two pages.
    this.kiosks = [...new Map([...before, ...page.kiosks].map((kiosk) => [kiosk.id, kiosk])).values()];
    this.late = page.late;
    this.held = page.held;
    this.next = page.next;
  }

  async command(kiosk: number, command: KioskCommand): Promise<boolean> {
    return this.#doing(() => post(`/api/desk/kiosks/${String(kiosk)}/commands`, command));
  }

  async change(kiosk: number, settings: KioskSettings): Promise<boolean> {
    return this.#doing(() => put(`/api/desk/kiosks/${String(kiosk)}`, settings));
  }

  async revoke(kiosk: number): Promise<boolean> {
    return this.#doing(() => post(`/api/desk/kiosks/${String(kiosk)}/revoke`));
  }

  lookUp(code: string): Promise<Pairing> {
    return get<Pairing>(`/api/desk/kiosks/pairings/${encodeURIComponent(code)}`);
  }

  async approve(code: string, asked: { name: string; place: string; programme: number | null }): Promise<number> {
    const { kiosk } = await post<{ kiosk: number }>(`/api/desk/kiosks/pairings/${encodeURIComponent(code)}/approve`, asked);
    await this.load();
    return kiosk;
  }

  deny(code: string): Promise<unknown> {
    return post(`/api/desk/kiosks/pairings/${encodeURIComponent(code)}/deny`);
  }

  async #doing(work: () => Promise<unknown>): Promise<boolean> {
    this.refused = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.refused = problemFrom(error);
      return false;
    } finally {
      await this.load();
    }
  }
}

export const fleet = new FleetDesk();
