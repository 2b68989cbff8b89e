import { asUuid } from "../../shared/uuid7";
import { keep, readKept } from "../store/kept";

/** Where a phone keeps its viewings. */
const KEY = "tallscreen.viewings";
const REST_MS = 30 * 24 * 3600 * 1000;
const KEPT_SERIES = 100;

interface Viewing {
  id: string;
  /** when it was last used, in milliseconds */
  at: number;
}

/**
 * The random number that ties the episodes of one series together, so that a festival can see where people stop. It is made of
 * nothing, another one for each series, new after thirty days of rest, and leaves the phone with these summaries alone.
 */
export function viewingOf(slug: string, now: number = Date.now()): string {
  const all = readKept<Record<string, Viewing>>(KEY, {});
  const known = all[slug];
  const id = known && now - known.at < REST_MS && now >= known.at ? known.id : randomUuid();
  const rest = Object.entries(all).filter(([other, { at }]) => other !== slug && now - at < REST_MS);
  const newest = rest.sort(([, a], [, b]) => b.at - a.at).slice(0, KEPT_SERIES - 1);
  keep(KEY, { ...Object.fromEntries(newest), [slug]: { id, at: now } });
  return id;
}

/** RFC 9562 version 4. Not crypto.randomUUID, which pages without https have not. */
function randomUuid(): string {
  return asUuid(crypto.getRandomValues(new Uint8Array(16)), 4);
}
