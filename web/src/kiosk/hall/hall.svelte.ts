/** The screen in the hall: its programme, who stands before it, and how it forgets them. */

import { get } from "../../api/client";
import { Problem } from "../../api/problem";
import type { AwardCard, FeedItem, KioskProgramme } from "../../api/types";
import { words } from "../../shared/words.svelte";
import { idleOf, QUIET, type Idle } from "./idle";

const REFRESH = 60_000;
const RETRY = 10_000;
const TICK = 250;
/** Untouched for so long, an episode's end asks whether somebody is still there. */
const ALONE = 240_000;

class Hall {
  programme = $state.raw<KioskProgramme | null>(null);
  openAwards = $state.raw<ReadonlySet<number>>(new Set());
  problem = $state.raw<Problem | null>(null);
  screen = $state<"loop" | "choose" | "film">("loop");
  film = $state.raw<FeedItem | null>(null);
  larger = $state(false);
  idle = $state.raw<Idle>({ state: "quiet", part: 0 });
  #house = "en";
  #touched = 0;
  #stopped = 0;
  #watching = false;

  /** Until the returned function is called. */
  open(): () => void {
    this.#house = words.lang;
    let timer: ReturnType<typeof setTimeout>;
    const again = async (): Promise<void> => {
      await this.#load();
      timer = setTimeout(() => void again(), this.problem ? RETRY : REFRESH);
    };
    void again();
    const clock = setInterval(() => { this.#tick(); }, TICK);
    return () => {
      clearTimeout(timer);
      clearInterval(clock);
    };
  }

  async #load(): Promise<void> {
    try {
      const [programme, awards] = await Promise.all([get<KioskProgramme>("/api/kiosk/programme"), get<AwardCard[]>("/api/awards")]);
      this.programme = programme;
      this.openAwards = new Set(awards.filter(({ state }) => state === "open").map(({ id }) => id));
      this.problem = null;
    } catch (error) {
      // What is on the screen stays; the next try comes by itself.
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
    }
  }

  touch(): void {
    this.#touched = Date.now();
    this.#tick();
  }

  async start(lang: string): Promise<void> {
    this.touch();
    await words.use(lang);
    this.screen = "choose";
  }

  watch(item: FeedItem): void {
    this.touch();
    this.film = item;
    this.screen = "film";
  }

  leaveFilm(): void {
    this.touch();
    this.playing(false);
    this.film = null;
    this.screen = "choose";
  }

  /** A playing film keeps the screen; when it stops, the wait begins anew. */
  playing(watching: boolean): void {
    if (this.#watching && !watching) this.#stopped = Date.now();
    this.#watching = watching;
  }

  /** At an episode's end: false begins the count-down, and any touch goes on. */
  mayGoOn(): boolean {
    if (Date.now() - this.#touched < ALONE) return true;
    this.#watching = false;
    this.#stopped = Date.now() - QUIET;
    this.#tick();
    return false;
  }

  /** Nobody is there: the next one finds the screen as the first one did. */
  startOver(): void {
    this.playing(false);
    this.screen = "loop";
    this.film = null;
    this.larger = false;
    this.idle = { state: "quiet", part: 0 };
    void words.use(this.#house);
  }

  voting(item: FeedItem): boolean {
    return item.entries.some(({ award }) => this.openAwards.has(award));
  }

  #tick(): void {
    if (this.screen === "loop") return;
    this.idle = idleOf({ now: Date.now(), touched: this.#touched, watching: this.#watching, stopped: this.#stopped });
    if (this.idle.state === "over") this.startOver();
  }
}

export const hall = new Hall();
