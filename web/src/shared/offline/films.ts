/** What the page of a screen in the hall and its worker say to each other about the films on its disk. */

/** Whole files of the programme, each checked against the hash that the festival has signed. */
export const FILMS_CACHE = "tallscreen-kiosk-films";
export const FETCH = "fetch-films";
export const FORGET = "forget-films";
/** The page is between two visitors: a new version may take over. */
export const TAKE_OVER = "take-over";

export interface FetchFilms {
  kind: typeof FETCH;
  /** address and SHA-256 in hex */
  files: [url: string, hash: string][];
}

export interface Fetched {
  stored: string[];
}

const MEDIA = /^\/media\/[0-9a-f-]{36}\//;

export type Way =
  /** the page itself, also where it is a ceremony's: the network first, without one the built page */
  | "page"
  /** a built file */
  | "asset"
  /** a file of a film: from the disk where it is there */
  | "film"
  /** the code that leads to the festival: the same for everybody, so it may be kept */
  | "code"
  | "pass";

export function wayOf(url: Pick<URL, "pathname" | "search">, { method, mode }: { method: string; mode: string }): Way {
  if (method !== "GET") return "pass";
  if (mode === "navigate") return /^\/(?:kiosk\/?$|ceremony\/)/.test(url.pathname) ? "page" : "pass";
  if (url.pathname.startsWith("/assets/")) return "asset";
  if (url.pathname === "/api/kiosk/qr.svg") return url.search === "?path=/" ? "code" : "pass";
  return MEDIA.test(url.pathname) ? "film" : "pass";
}

/** Other files of the same still: a screen that stored one format shows it where the page asks for another. */
export function sameStill(path: string, stored: string): boolean {
  const stem = /^(.*\/[^/]+)\.(?:avif|webp|jpg)$/;
  const asked = stem.exec(path)?.[1];
  return asked !== undefined && asked === stem.exec(stored)?.[1];
}
