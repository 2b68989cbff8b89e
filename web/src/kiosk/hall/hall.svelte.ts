/** The screen in the hall: what it shows, who stands before it, and how it forgets them. */

import type { FeedItem } from "../../api/types";
import type { VoteAnswer } from "../device/chain";
import type { Moment } from "../device/clock";
import type { Play } from "../device/plays";
import { words } from "../../shared/words.svelte";
import { idleOf, QUIET, type Idle } from "./idle";
import type { Show } from "./show";
import { Visitor } from "./visitor.svelte";

const TICK = 250;
/** Untouched for so long, an episode's end asks whether somebody is still there. */
const ALONE = 240_000;

/** What a paired screen can do beyond showing films. */
export interface Desk {
  now: () => Moment;
  vote: (tap: { id: string; award: number; entry: number | null; value: number | null; choices: readonly number[] | null; visitor: string | null; badge: string | null }) => Promise<void>;
  played: (play: Play, started: Moment) => void;
  seal: (token: string) => Promise<string>;
  handOff: (body: unknown) => Promise<{ svg: string; url: string }>;
}

class Hall {
  show = $state.raw<Show | null>(null);
  visitor = $state.raw<Visitor | null>(null);
  idle = $state.raw<Idle>({ state: "quiet", part: 0 });
  /** There is a network: what needs one is offered. */
  online = $state(true);
  /** The films do not play: stills instead. */
  safe = $state(false);
  desk = $state.raw<Desk | null>(null);
  /** What the loop showed last: the next visit of the loop goes on behind it. */
  lastShown = "";
  /** The language the page was opened with; no visitor's. */
  #house: string | null = null;
  #speaking: Promise<void> = Promise.resolve();
  #touched = 0;
  #stopped = 0;
  #watching = false;

  /** Until the returned function is called. */
  open(): () => void {
    this.#house ??= words.lang;
    const clock = setInterval(() => { this.#tick(); }, TICK);
    return () => {
      clearInterval(clock);
      this.startOver();
    };
  }

  get screen(): "loop" | "choose" | "film" {
    if (!this.visitor) return "loop";
    return this.visitor.film ? "film" : "choose";
  }

  touch(): void {
    this.#touched = Date.now();
    this.#tick();
  }

  async start(lang: string): Promise<void> {
    this.visitor ??= new Visitor();
    this.touch();
    await this.speak(lang);
  }

  /** One language after the other: what was asked for last is what stays, however long each takes to come. */
  async speak(lang: string): Promise<void> {
    this.#speaking = this.#speaking.catch(() => undefined).then(() => words.use(lang));
    return this.#speaking;
  }

  watch(item: FeedItem): void {
    this.touch();
    if (this.visitor) this.visitor.film = item;
  }

  leaveFilm(): void {
    this.touch();
    this.playing(false);
    if (this.visitor) this.visitor.film = null;
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
    this.#stopped = Date.now() - (this.show?.quiet ?? QUIET);
    this.#tick();
    return false;
  }

  /** Nobody is there: the next one finds the screen as the first one did. */
  startOver(): void {
    this.playing(false);
    this.visitor = null;
    this.idle = { state: "quiet", part: 0 };
    if (this.#house !== null) void this.speak(this.#house);
  }

  answered(answers: readonly VoteAnswer[]): void {
    for (const answer of answers) this.visitor?.hear(answer);
  }

  voting(item: FeedItem): boolean {
    return item.entries.some(({ award }) => this.show?.open.has(award));
  }

  #tick(): void {
    if (!this.visitor) return;
    this.idle = idleOf({ now: Date.now(), touched: this.#touched, watching: this.#watching, stopped: this.#stopped, quiet: this.show?.quiet ?? QUIET });
    if (this.idle.state === "over") this.startOver();
  }
}

export const hall = new Hall();
