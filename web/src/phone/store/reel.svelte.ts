import { get } from "../../api/client";
import { Problem } from "../../api/problem";
import type { Feed, FeedItem } from "../../api/types";

const PAGE = 5;

/** The episodes of one series as the player needs them, fetched a few at a time. */
export class Reel {
  readonly slug: string;
  problem = $state.raw<Problem | null>(null);
  #items = $state.raw<ReadonlyMap<number, FeedItem>>(new Map());
  /** number of the episode that follows an episode, as the feed has told it; null after the last */
  #following = $state.raw<ReadonlyMap<number, number | null>>(new Map());
  readonly #asked = new Set<number>();

  constructor(slug: string) {
    this.slug = slug;
  }

  item(number: number): FeedItem | null {
    return this.#items.get(number) ?? null;
  }

  /** A page of the feed that came by another way. */
  give(page: Feed): void {
    this.#take(page);
  }

  /** Undefined while not known yet. */
  after(number: number): number | null | undefined {
    return this.#following.get(number);
  }

  /** The nearest known episode before. */
  before(number: number): number | null {
    const lower = [...this.#items.keys()].filter((known) => known < number);
    return lower.length > 0 ? Math.max(...lower) : null;
  }

  /** Have this episode and a few after it; and the one before, so that the way back is as short. */
  async have(number: number, previous: number | null): Promise<void> {
    const wanted: Promise<void>[] = [];
    if (!this.#items.has(number)) wanted.push(this.#fetch(number, PAGE));
    if (previous !== null && !this.#items.has(previous)) wanted.push(this.#fetch(previous, 1));
    const next = this.#following.get(number);
    if (typeof next === "number" && !this.#items.has(next)) wanted.push(this.#fetch(next, PAGE));
    await Promise.all(wanted);
    if (wanted.length > 0 && !this.#items.has(number)) this.problem ??= missing();
  }

  retry(number: number): void {
    this.problem = null;
    void this.have(number, null);
  }

  async #fetch(from: number, limit: number): Promise<void> {
    if (this.#asked.has(from)) return;
    this.#asked.add(from);
    try {
      const page = await get<Feed>(`/api/feed?series=${this.slug}&from=${String(from)}&limit=${String(limit)}`, { retries: 3 });
      this.#take(page);
      this.problem = null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
    } finally {
      this.#asked.delete(from);
    }
  }

  /** An episode keeps the item it came with: a film that plays is not disturbed by a later answer. */
  #take(page: Feed): void {
    const items = new Map(this.#items);
    const following = new Map(this.#following);
    page.items.forEach((item, index) => {
      const { number } = item.episode;
      if (!items.has(number)) items.set(number, item);
      following.set(number, page.items[index + 1]?.episode.number ?? page.next);
    });
    this.#items = items;
    this.#following = following;
  }
}

function missing(): Problem {
  return new Problem({ code: "not-found", status: 404, title: "", detail: "", kept: "", next: "" });
}
