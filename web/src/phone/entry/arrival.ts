/**
 * Whoever scans a badge or the code of a hall arrives at an address that holds it. It is taken out of the address before
 * anything else runs, so that it is not seen over a shoulder, shared or kept in the history, and waits here to be used.
 */

import { keep, readKept } from "../store/kept";
import type { Carried } from "./proofs";

interface Arrived {
  code: string;
  at: number;
}

const KEYS: Readonly<Record<Carried, string>> = { badge: "tallscreen.arrived.badge", hall: "tallscreen.arrived.hall" };
const PATH = /^\/(b|h)\/([^/]+)\/?$/;
/** Two windows of a hall's code: an older one opens nothing any more. */
const HALL_MS = 60_000;

/** Also for phones that forbid storage. */
const here: Record<Carried, Arrived | null> = { badge: null, hall: null };

/** "/b/<token>" becomes "/b". */
export function takeArrival(place: Pick<Location, "pathname" | "search">, past: Pick<History, "state" | "replaceState">): void {
  const found = PATH.exec(place.pathname);
  if (!found) return;
  const way = found[1] === "b" ? "badge" : "hall";
  here[way] = { code: plain(found[2] ?? ""), at: Date.now() };
  keep(KEYS[way], here[way]);
  past.replaceState(past.state, "", `/${found[1] ?? ""}${place.search}`);
}

/** What waits to be used. */
export function arrived(way: Carried): string | null {
  const waiting = here[way] ?? readKept<Arrived | null>(KEYS[way], null);
  if (!waiting || (way === "hall" && Date.now() - waiting.at > HALL_MS)) return null;
  return waiting.code;
}

/** It was used, or refused. */
export function settleArrival(way: Carried): void {
  here[way] = null;
  keep(KEYS[way], null);
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
