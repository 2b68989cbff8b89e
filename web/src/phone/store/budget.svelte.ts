import { packageOf } from "../../shared/offline/rules";
import { added, isSpent, today, type Spent } from "../data/day";
import { keep, readKept } from "./kept";
import { kept } from "./offline.svelte";
import { settings } from "./settings.svelte";

const KEY = "tallscreen.spent";
/** Film itself: its stills and words are not worth counting. */
const SEGMENT = /\.(m4s|mp4)$/;
const NOTHING: Spent = { day: "", bytes: 0, more: 0 };

/** Bytes of film this phone has fetched today, as the browser itself counts them, against what its reader allows. */
class Budget {
  #spent = $state.raw<Spent>(readKept<Spent>(KEY, NOTHING));

  get used(): number {
    return this.#spent.day === today(new Date()) ? this.#spent.bytes : 0;
  }

  /** The day's bytes are used up. */
  get spent(): boolean {
    return isSpent(this.#spent, settings.budget, today(new Date()));
  }

  open(): void {
    if (!("PerformanceObserver" in window)) return;
    const observer = new PerformanceObserver((list) => {
      const bytes = (list.getEntries() as PerformanceResourceTiming[]).reduce((sum, entry) => sum + this.#costOf(entry), 0);
      if (bytes > 0) this.#set(added(this.#spent, bytes, today(new Date())));
    });
    observer.observe({ type: "resource", buffered: true });
  }

  /** Another such portion, for today only. */
  goOn(): void {
    const now = added(this.#spent, 0, today(new Date()));
    this.#set({ ...now, more: Math.max(now.bytes, settings.budget ?? 0) + (settings.budget ?? 0) });
  }

  /** What the browser had, or this phone keeps, costs nothing. */
  #costOf({ name, transferSize, encodedBodySize }: PerformanceResourceTiming): number {
    const path = new URL(name).pathname;
    const id = SEGMENT.test(path) ? packageOf(path) : null;
    const here = id === null || transferSize === 0 || kept.all.some(({ item }) => item.stream.base.includes(id));
    return here ? 0 : Math.max(transferSize, encodedBodySize);
  }

  #set(spent: Spent): void {
    this.#spent = spent;
    keep(KEY, spent);
  }
}

export const budget = new Budget();
