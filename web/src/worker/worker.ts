/**
 * Between the phone page and the network. Small on purpose: it stores the built page, the last answers about the
 * programme, and plays what the reader has kept. Votes are none of its business: they wait in the page's own outbox,
 * which a new version of page or worker leaves alone.
 */

import { FACTS_CACHE, filmOf, isPhonePage, KEPT_CACHE, KEPT_CHANGED, keptFeed, LOADED, SHELL_PREFIX, wayOf, withKept, type FeedLike, type FeedPage } from "../shared/offline/rules";
import { forget, kept, mayHold } from "./kept";
import { inTime, Shell, type Built } from "./shell";

declare const self: ServiceWorkerGlobalScope;
declare const SHELL: Built;

const shell = new Shell(SHELL, SHELL_PREFIX);

// A new version waits until the last page of the old one is closed: nobody's film is cut off, and no page asks for
// files that are gone.
self.addEventListener("install", (event) => { event.waitUntil(shell.install()); });
self.addEventListener("activate", (event) => { event.waitUntil(shell.activate()); });

self.addEventListener("message", (event) => {
  const said = event.data as { kind: string; files?: string[] };
  if (said.kind === KEPT_CHANGED) forget();
  if (said.kind === LOADED) event.waitUntil(shell.store(said.files ?? []));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const way = wayOf(url.pathname, { method: request.method, mode: request.mode, ranged: request.headers.has("Range") });
  if (way === "page") event.respondWith(page(request));
  else if (way === "asset") event.respondWith(shell.asset(request));
  else if (way === "facts") event.respondWith(facts(request, event.clientId));
  else if (way === "feed") event.respondWith(feed(request, url));
  else if (way === "media" && mayHold(url.pathname)) event.respondWith(media(request));
});

async function page(request: Request): Promise<Response> {
  const film = filmOf(new URL(request.url).pathname);
  const here = film !== null && (await kept()).some(({ item }) => item.series.slug === film.slug && item.episode.number === film.number);
  // The network's page brings the film with it, which is here already.
  const own = here ? await caches.match(shell.page) : undefined;
  return own ?? shell.answer(request);
}

async function facts(request: Request, asker: string): Promise<Response> {
  const cache = await caches.open(FACTS_CACHE);
  const asking = fetch(request).then((answer) => {
    if (answer.ok) void cache.put(request, answer.clone()).catch(() => undefined);
    return answer;
  });
  const answer = await inTime(asking);
  if (answer) return answer;
  const known = (await isPhone(asker)) ? await cache.match(request) : undefined;
  return known ? undated(known) : asking;
}

async function isPhone(asker: string): Promise<boolean> {
  const client = await self.clients.get(asker);
  return client !== undefined && isPhonePage(new URL(client.url).pathname);
}

/** The page reads the server's clock off its answers: an old one must not set it back. */
async function undated(answer: Response): Promise<Response> {
  const headers = new Headers(answer.headers);
  headers.delete("Date");
  return new Response(await answer.blob(), { status: answer.status, headers });
}

async function feed(request: Request, url: URL): Promise<Response> {
  const own = await kept();
  const slug = url.searchParams.get("series") ?? "";
  if (!own.some(({ item }) => item.series.slug === slug)) return fetch(request);
  const asking = fetch(request);
  const answer = await inTime(asking);
  if (answer?.ok) {
    const page = (await answer.json()) as FeedPage<FeedLike>;
    return Response.json(withKept(page, own), { headers: { Date: answer.headers.get("Date") ?? "" } });
  }
  const here = keptFeed(own, slug, Number(url.searchParams.get("from") ?? 1), Number(url.searchParams.get("limit") ?? 5));
  return here.items.length > 0 ? Response.json(here) : (answer ?? asking);
}

async function media(request: Request): Promise<Response> {
  const files = await kept();
  const path = new URL(request.url).pathname;
  const here = files.some((each) => each.files.includes(path)) ? await (await caches.open(KEPT_CACHE)).match(path) : undefined;
  return here ?? fetch(request);
}
