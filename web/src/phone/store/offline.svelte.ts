import { get } from "../../api/client";
import { serverNow } from "../../api/clock";
import { Problem } from "../../api/problem";
import type { Feed, FeedItem, Series } from "../../api/types";
import { recordsOf } from "../../shared/offline/records";
import { isOver, KEPT_CACHE, KEPT_CHANGED, recordUrl, type KeptEpisode } from "../../shared/offline/rules";
import { filesOf, trimmed } from "../kept/files";
import { settings } from "./settings.svelte";

export type Kept = KeptEpisode<FeedItem>;
type State = "idle" | "keeping" | "full" | "failed";

const AT_ONCE = 3;
const PAGE = 20;

/** The episodes on this phone, for times without a network. What is here is in the browser's cache and nowhere else. */
class KeptEpisodes {
  /** False where the browser has no such store: on pages without a certificate, for one. */
  readonly possible = "caches" in window && "serviceWorker" in navigator;
  #all = $state.raw<readonly Kept[]>([]);
  /** number of the episode on its way, and of those that follow it */
  #wanted = $state.raw<{ slug: string; numbers: readonly number[] } | null>(null);
  #stop = new AbortController();
  state = $state<State>("idle");

  get all(): readonly Kept[] {
    return this.#all;
  }

  get bytes(): number {
    return this.#all.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  of(slug: string): readonly Kept[] {
    return this.#all.filter(({ item }) => item.series.slug === slug);
  }

  has(slug: string, number: number): boolean {
    return this.of(slug).some(({ item }) => item.episode.number === number);
  }

  /** How many of the episodes asked for are still to come. */
  waiting(slug: string): number {
    return this.#wanted?.slug === slug ? this.#wanted.numbers.length : 0;
  }

  /** Reads what is here. What may no longer be kept goes, and so do files of an episode that was never finished. */
  async open(): Promise<void> {
    if (!this.possible) return;
    const cache = await caches.open(KEPT_CACHE);
    const records = await recordsOf<FeedItem>(cache);
    this.#all = sorted(records.filter((each) => !isOver(each, Math.max(Date.now(), serverNow()))));
    await this.#tidy(cache);
  }

  /** The organisers may have ended it, or given more time. Without a network nothing changes. */
  async check(): Promise<void> {
    for (const slug of new Set(this.#all.map(({ item }) => item.series.slug))) {
      try {
        await this.apply(slug, (await get<Series>(`/api/series/${slug}`)).keep_until);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.status === 404) await this.apply(slug, null);
      }
    }
  }

  /** `until` as the server says it now; null: may not be kept. */
  async apply(slug: string, until: string | null): Promise<void> {
    const own = this.of(slug);
    if (own.length === 0) return;
    if (until === null || isOver({ until }, serverNow())) {
      await this.remove(own);
      return;
    }
    const changed = own.filter((each) => each.until !== until);
    for (const each of changed) await this.#write({ ...each, until });
  }

  /** Ends early, keeping what is whole, when `stop` is called, the room is used up, or the network fails. */
  async keep(slug: string, numbers: readonly number[], until: string): Promise<void> {
    const missing = numbers.filter((number) => !this.has(slug, number));
    if (this.#wanted !== null || missing.length === 0) return;
    this.#stop = new AbortController();
    this.#wanted = { slug, numbers: missing };
    this.state = "keeping";
    // Without this the browser may take everything away when room gets short; it may refuse.
    await navigator.storage.persist().catch(() => false);
    try {
      for (const item of await itemsOf(slug, missing)) {
        await this.#write(await this.#fetch(item, until));
        this.#wanted = { slug, numbers: missing.filter((number) => !this.has(slug, number)) };
      }
      this.state = "idle";
    } catch (error) {
      this.state = this.#stop.signal.aborted ? "idle" : isFull(error) ? "full" : "failed";
    } finally {
      // Where one file failed, the others of its episode are not wanted any more.
      this.#stop.abort();
      this.#wanted = null;
      await this.#tidy(await caches.open(KEPT_CACHE));
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  async remove(episodes: readonly Kept[]): Promise<void> {
    const cache = await caches.open(KEPT_CACHE);
    for (const { item } of episodes) await cache.delete(recordUrl(item.series.slug, item.episode.number));
    this.#all = this.#all.filter((each) => !episodes.includes(each));
    await this.#tidy(cache);
  }

  async #fetch(item: FeedItem, until: string): Promise<Kept> {
    const small = trimmed(item, settings.sounds);
    const files = filesOf(small);
    const cache = await caches.open(KEPT_CACHE);
    let bytes = 0;
    const left = [...files];
    const work = async (): Promise<void> => {
      for (let file = left.shift(); file !== undefined; file = left.shift()) bytes += await store(cache, file, this.#stop.signal);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { item: small, until, bytes, files };
  }

  /** The record comes last: an episode is here when it is whole. */
  async #write(kept: Kept): Promise<void> {
    const { series, episode } = kept.item;
    const cache = await caches.open(KEPT_CACHE);
    await cache.put(recordUrl(series.slug, episode.number), Response.json(kept));
    const others = this.#all.filter(({ item }) => item.episode.id !== episode.id);
    this.#all = sorted([...others, kept]);
    this.#tell();
  }

  async #tidy(cache: Cache): Promise<void> {
    if (this.#wanted !== null) return;
    const named = new Set(this.#all.flatMap(({ item, files }) => [recordUrl(item.series.slug, item.episode.number), ...files]));
    const stray = (await cache.keys()).filter(({ url }) => !named.has(new URL(url).pathname));
    await Promise.all(stray.map((request) => cache.delete(request)));
    this.#tell();
  }

  #tell(): void {
    navigator.serviceWorker.controller?.postMessage({ kind: KEPT_CHANGED });
  }
}

/** The feed of these episodes, in their order. */
async function itemsOf(slug: string, numbers: readonly number[]): Promise<FeedItem[]> {
  const items: FeedItem[] = [];
  let from: number | null = Math.min(...numbers);
  while (from !== null && from <= Math.max(...numbers)) {
    const page: Feed = await get<Feed>(`/api/feed?series=${slug}&from=${String(from)}&limit=${String(PAGE)}`, { retries: 2 });
    items.push(...page.items.filter(({ episode }) => numbers.includes(episode.number)));
    from = page.next;
  }
  return items;
}

/** Whole files, and only those everyone may have. Returns how many bytes it takes. */
async function store(cache: Cache, file: string, signal: AbortSignal): Promise<number> {
  const known = await cache.match(file);
  if (known) return (await known.blob()).size;
  const answer = await fetch(file, { signal, priority: "low" });
  if (!answer.ok || answer.headers.get("Cache-Control")?.includes("public") !== true) throw new Error(`${file} cannot be kept`);
  const body = await answer.blob();
  await cache.put(file, new Response(body, { headers: { "Content-Type": answer.headers.get("Content-Type") ?? "" } }));
  return body.size;
}

function sorted(all: readonly Kept[]): Kept[] {
  return [...all].sort((a, b) => a.item.series.slug.localeCompare(b.item.series.slug) || a.item.episode.number - b.item.episode.number);
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}

export const kept = new KeptEpisodes();
