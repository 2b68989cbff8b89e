/** What the worker between page and network does with a request, and what makes up a kept episode. Pure. */

/** Whole files of kept episodes, and one record each. The page writes, the worker reads. */
export const KEPT_CACHE = "tallscreen-kept";
/** The last answers about the programme, for times without a network. */
export const FACTS_CACHE = "tallscreen-facts";
export const SHELL_PREFIX = "tallscreen-shell-";
/** Said by the page after it has kept or removed something. */
export const KEPT_CHANGED = "kept-changed";
/** Said by the page once it stands: the built files it has loaded, its language's words among them. */
export const LOADED = "loaded";

export type Way =
  /** the page itself: the network first, without one the built page */
  | "page"
  /** a built file: it never changes under its name */
  | "asset"
  /** the programme: the network first, without one what was said last */
  | "facts"
  /** the feed: kept episodes play from the phone */
  | "feed"
  /** a file of a package that may be kept */
  | "media"
  | "pass";

/** Everyone's answers only: nothing of one reader is ever stored. */
const FACTS = [/^\/api\/festival$/, /^\/api\/awards$/, /^\/api\/awards\/\d+$/, /^\/api\/screenings$/, /^\/api\/series\/[a-z0-9-]+$/];
const PAGES = /^\/(?:s\/.*|ballots|receipt|kept|schedule|c|b|h)?$/;
const FILM = /^\/s\/([a-z0-9-]+)\/e\/(\d{1,3})$/;
const MEDIA = /^\/media\/([0-9a-f-]{36})\//;

export interface Asked {
  method: string;
  mode: string;
  ranged: boolean;
}

export function wayOf(path: string, { method, mode, ranged }: Asked): Way {
  if (method !== "GET") return "pass";
  if (mode === "navigate") return isPhonePage(path) ? "page" : "pass";
  if (path.startsWith("/assets/")) return "asset";
  if (path === "/api/feed") return "feed";
  if (FACTS.some((fact) => fact.test(path))) return "facts";
  return MEDIA.test(path) && !ranged ? "media" : "pass";
}

/** Pages beside the phone's, such as a desk, are never told anything old. */
export function isPhonePage(path: string): boolean {
  return PAGES.test(path);
}

/** The episode a page's address leads to. */
export function filmOf(path: string): { slug: string; number: number } | null {
  const [, slug, number] = FILM.exec(path) ?? [];
  return slug === undefined ? null : { slug, number: Number(number) };
}

export function packageOf(path: string): string | null {
  return MEDIA.exec(path)?.[1] ?? null;
}

export interface KeptEpisode<Item extends FeedLike = FeedLike> {
  /** as the feed says it, with only the rendition that is kept */
  item: Item;
  /** end of the rights */
  until: string;
  bytes: number;
  files: readonly string[];
}

/** Of a feed's item, what is needed here. */
export interface FeedLike {
  episode: { number: number };
  series: { slug: string };
  stream: { base: string };
}

export interface FeedPage<Item extends FeedLike> {
  items: Item[];
  next: number | null;
}

/** Where the records lie in KEPT_CACHE; nothing is served at these addresses. */
export const RECORDS = "/kept/";
export const recordUrl = (slug: string, number: number): string => `${RECORDS}${slug}/${String(number)}`;

export function isOver(kept: Pick<KeptEpisode, "until">, now: number): boolean {
  return !(Date.parse(kept.until) > now);
}

/** Episodes that are here play from here, also with a network: in the small picture, and for no data. */
export function withKept<Item extends FeedLike>(page: FeedPage<Item>, kept: readonly KeptEpisode<Item>[]): FeedPage<Item> {
  const own = (item: Item): Item => kept.find((each) => isSame(each.item, item))?.item ?? item;
  return { items: page.items.map(own), next: page.next };
}

/** Without a network the feed is what is kept. */
export function keptFeed<Item extends FeedLike>(kept: readonly KeptEpisode<Item>[], slug: string, from: number, limit: number): FeedPage<Item> {
  const items = kept.map(({ item }) => item).filter(({ series, episode }) => series.slug === slug && episode.number >= from);
  items.sort((one, other) => one.episode.number - other.episode.number);
  return { items: items.slice(0, limit), next: items[limit]?.episode.number ?? null };
}

/** The same edition of the same episode: one that was encoded anew is played from the network. */
function isSame(one: FeedLike, other: FeedLike): boolean {
  return one.series.slug === other.series.slug && one.episode.number === other.episode.number && one.stream.base === other.stream.base;
}
