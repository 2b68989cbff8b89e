/** The built page and its files: what every worker of ours keeps, so that the page opens without a network. */

declare const self: ServiceWorkerGlobalScope;

/** Written in by the build: the files of a page, and a name that changes with any of them. */
export interface Built {
  version: string;
  page: string;
  files: string[];
}

/** How long a network that says nothing is waited for, where there is something to show instead. */
const PATIENCE = 4_000;

export class Shell {
  readonly page: string;
  readonly #built: Built;
  readonly #prefix: string;
  readonly #cache: string;

  constructor(built: Built, prefix: string) {
    this.page = built.page;
    this.#built = built;
    this.#prefix = prefix;
    this.#cache = prefix + built.version;
  }

  async install(): Promise<void> {
    const cache = await caches.open(this.#cache);
    await cache.addAll([this.#built.page, ...this.#built.files]);
  }

  /** Other versions' files go, and the pages that are open are this one's. */
  async activate(): Promise<void> {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(this.#prefix) && name !== this.#cache).map((name) => caches.delete(name)));
    await self.clients.claim();
  }

  /** The network's page, or without one the built page. */
  async answer(request: Request): Promise<Response> {
    const answer = await inTime(fetch(request));
    return answer ?? (await caches.match(this.page)) ?? Response.error();
  }

  /** A built file never changes under its name. */
  async asset(request: Request): Promise<Response> {
    const known = await caches.match(request);
    if (known) return known;
    const answer = await fetch(request);
    if (answer.ok) {
      const copy = answer.clone();
      await caches.open(this.#cache).then((cache) => cache.put(request, copy)).catch(() => undefined);
    }
    return answer;
  }

  /** Files that a page has loaded beyond those of the build's list. */
  async store(files: readonly string[]): Promise<void> {
    const cache = await caches.open(this.#cache);
    const missing = await Promise.all(files.map(async (file) => ((await cache.match(file)) ? null : file)));
    await Promise.all(missing.filter((file) => file !== null).map((file) => cache.add(file).catch(() => undefined)));
  }
}

/** The answer, or nothing where the network has none, the server is out of order, or neither says anything for long. */
export async function inTime(asking: Promise<Response>): Promise<Response | undefined> {
  const patience = new Promise<undefined>((resolve) => { setTimeout(() => { resolve(undefined); }, PATIENCE); });
  const answer = await Promise.race([asking.catch(() => undefined), patience]);
  return answer && answer.status < 500 ? answer : undefined;
}
