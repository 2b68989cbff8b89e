import { KEPT_CACHE } from "../../shared/offline/rules";
import { LANGUAGE_KEY } from "../../shared/languages";
import { pending } from "../../shared/outbox/rules";
import { openShelf } from "../../shared/outbox/shelf";

export interface Votes {
  waiting: number;
  counted: number;
}

/** Of the votes on this phone: how many the festival does not have yet, and how many it has confirmed. */
export async function votesHere(): Promise<Votes> {
  const votes = await (await openShelf()).all();
  return { waiting: votes.filter(pending).length, counted: votes.filter(({ state }) => state === "counted").length };
}

/** All this phone knows of its reader but the language; false, and nothing is gone, where a vote waits to be sent. */
export async function eraseAll(): Promise<boolean> {
  const shelf = await openShelf();
  const votes = await shelf.all();
  if (votes.some(pending)) return false;
  await shelf.remove(votes.map(({ id }) => id));
  if ("caches" in window) await caches.delete(KEPT_CACHE);
  for (const key of Object.keys(localStorage)) if (key.startsWith("tallscreen.") && key !== LANGUAGE_KEY) localStorage.removeItem(key);
  sessionStorage.clear();
  return true;
}
