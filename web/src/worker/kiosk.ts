/**
 * Between a screen in the hall and the network. It keeps the built page in every language and the films of the programme,
 * each file checked against its signed hash before it is stored. Votes are none of its business: they are in the page's journal.
 */

import { FETCH, FILMS_CACHE, FORGET, sameStill, TAKE_OVER, wayOf, type FetchFilms, type Fetched } from "../shared/offline/films";
import { inTime, Shell, type Built } from "./shell";

declare const self: ServiceWorkerGlobalScope;
declare const SHELL: Built;

const PREFIX = "tallscreen-kiosk-shell-";
const CODE_CACHE = "tallscreen-kiosk-code";
const shell = new Shell(SHELL, PREFIX);

self.addEventListener("install", (event) => { event.waitUntil(shell.install()); });
self.addEventListener("activate", (event) => { event.waitUntil(shell.activate()); });

self.addEventListener("message", (event) => {
  const said = event.data as FetchFilms | { kind: typeof FORGET; files: string[] } | { kind: typeof TAKE_OVER };
  if (said.kind === TAKE_OVER) event.waitUntil(self.skipWaiting());
  if (said.kind === FORGET) event.waitUntil(forget(said.files));
  if (said.kind === FETCH) event.waitUntil(fetchAll(said.files).then((stored) => { event.ports[0]?.postMessage({ stored } satisfies Fetched); }));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const way = wayOf(url, request);
  if (way === "page") event.respondWith(shell.answer(request));
  else if (way === "asset") event.respondWith(shell.asset(request));
  else if (way === "film") event.respondWith(film(request, url.pathname));
  else if (way === "code") event.respondWith(code(request));
});

/** Two at a time: the film on the screen comes first. */
async function fetchAll(files: FetchFilms["files"]): Promise<string[]> {
  const waiting = [...files];
  const stored: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) if (await fetchOne(...next).catch(() => false)) stored.push(next[0]);
  };
  await Promise.all([work(), work()]);
  return stored;
}

/** Only whole and only as the festival signed it: what differs by a bit is never stored. */
async function fetchOne(url: string, hash: string): Promise<boolean> {
  const answer = await fetch(url, { priority: "low", cache: "no-store" });
  if (!answer.ok) return false;
  const bytes = await answer.arrayBuffer();
  if (hex(await crypto.subtle.digest("SHA-256", bytes)) !== hash) return false;
  const headers = { "Content-Type": answer.headers.get("Content-Type") ?? "application/octet-stream", "Content-Length": String(bytes.byteLength) };
  await (await caches.open(FILMS_CACHE)).put(url, new Response(bytes, { headers }));
  return true;
}

async function forget(files: readonly string[]): Promise<void> {
  const cache = await caches.open(FILMS_CACHE);
  await Promise.all(files.map((file) => cache.delete(file)));
}

async function film(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(FILMS_CACHE);
  const here = (await cache.match(path)) ?? (await still(cache, path));
  return here ?? fetch(request);
}

/** One format of a still is on the disk; the page asks for the one it likes best. */
async function still(cache: Cache, path: string): Promise<Response | undefined> {
  if (!/\.(?:avif|webp|jpg)$/.test(path)) return undefined;
  const key = (await cache.keys()).find(({ url }) => sameStill(path, new URL(url).pathname));
  return key ? cache.match(key) : undefined;
}

async function code(request: Request): Promise<Response> {
  const cache = await caches.open(CODE_CACHE);
  const answer = await inTime(fetch(request).then(async (found) => {
    if (found.ok) await cache.put(request, found.clone());
    return found;
  }));
  return answer ?? (await cache.match(request)) ?? Response.error();
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
