/** The programme on this screen's disk: what is there, what is missing, and the worker that fetches and checks it. */

import { FETCH, FILMS_CACHE, FORGET, type FetchFilms, type Fetched } from "../../shared/offline/films";
import { filesOf, type Manifest } from "./manifest";

const AT_ONCE = 12;
const AGAIN = 20_000;

class Films {
  /** 0..1 of the files of the programme */
  part = $state(0);
  /** Kept files will not be thrown away by the browser when its disk fills. Null: not known yet. */
  persisted = $state<boolean | null>(null);
  usage = $state(0);
  quota = $state<number | null>(null);
  /** Addresses of the files that are here and checked. */
  here = $state.raw<ReadonlySet<string>>(new Set());
  #wanted = new Map<string, string>();
  #running = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  async open(): Promise<void> {
    this.persisted = await navigator.storage.persist().catch(() => false);
    this.here = await stored();
    await this.#measure();
  }

  /** Whether the whole episode plays without a network. */
  holds(base: string, files: Record<string, string>): boolean {
    return Object.keys(files).every((path) => this.here.has(base + path));
  }

  want(manifest: Manifest, first: ReadonlySet<number>): void {
    this.#wanted = filesOf(manifest, first);
    this.#count();
    void this.#run();
  }

  /** The network is back: what is missing is worth a try at once. */
  again(): void {
    if (this.part < 1) void this.#run();
  }

  async forgetAll(): Promise<void> {
    this.#wanted.clear();
    await caches.delete(FILMS_CACHE);
    this.here = new Set();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#timer);
    try {
      await this.#tidy();
      const tried = new Set<string>();
      const missing = (): [string, string][] => [...this.#wanted].filter(([url]) => !this.here.has(url) && !tried.has(url));
      for (let batch = missing().slice(0, AT_ONCE); batch.length > 0; batch = missing().slice(0, AT_ONCE)) {
        // One that cannot be had does not stand in the way of those behind it.
        for (const [url] of batch) tried.add(url);
        this.here = new Set([...this.here, ...(await fetchByWorker(batch))]);
        this.#count();
      }
      await this.#measure();
    } finally {
      this.#running = false;
      if (this.part < 1) this.#timer = setTimeout(() => void this.#run(), AGAIN);
    }
  }

  /** What no programme names any more makes room, what is new comes after. */
  async #tidy(): Promise<void> {
    const gone = [...this.here].filter((url) => !this.#wanted.has(url));
    if (gone.length === 0) return;
    (await worker())?.postMessage({ kind: FORGET, files: gone });
    this.here = new Set([...this.here].filter((url) => this.#wanted.has(url)));
    this.#count();
  }

  #count(): void {
    const stored = [...this.#wanted.keys()].filter((url) => this.here.has(url)).length;
    this.part = this.#wanted.size === 0 ? 1 : stored / this.#wanted.size;
  }

  async #measure(): Promise<void> {
    const { usage, quota } = await navigator.storage.estimate().catch(() => ({ usage: 0, quota: undefined }));
    this.usage = usage ?? 0;
    this.quota = quota ?? null;
  }
}

/** Not opened where there is none: a screen that has forgotten its films makes no new place for them. */
async function stored(): Promise<Set<string>> {
  const files = (await caches.has(FILMS_CACHE)) ? await (await caches.open(FILMS_CACHE)).keys() : [];
  return new Set(files.map(({ url }) => new URL(url).pathname));
}

async function worker(): Promise<ServiceWorker | null> {
  return "serviceWorker" in navigator ? (await navigator.serviceWorker.ready).active : null;
}

/** The addresses that arrived whole and with the right hash. */
async function fetchByWorker(files: [string, string][]): Promise<string[]> {
  const active = await worker();
  if (!active) return [];
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    // A worker that was ended in the middle answers nothing: what it stored is found at the next count.
    const timer = setTimeout(() => { resolve([]); }, 120_000);
    port1.onmessage = ({ data }: MessageEvent<Fetched>) => {
      clearTimeout(timer);
      port1.close();
      resolve(data.stored);
    };
    active.postMessage({ kind: FETCH, files } satisfies FetchFilms, [port2]);
  });
}

export const films = new Films();
