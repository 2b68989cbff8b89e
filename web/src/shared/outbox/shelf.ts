/** Where votes are kept before they are sent: IndexedDB, or memory where the browser forbids it. */

import { openStore, type Within } from "../kept-store";
import { modern, type OldVote, type OutboxVote } from "./rules";

export interface Shelf {
  all: () => Promise<OutboxVote[]>;
  put: (vote: OutboxVote) => Promise<void>;
  remove: (ids: readonly string[]) => Promise<void>;
}

export async function openShelf(): Promise<Shelf> {
  try {
    return shelfOf(await openStore("tallscreen", "votes", "id"));
  } catch {
    return memoryShelf();
  }
}

export function memoryShelf(): Shelf {
  const votes = new Map<string, OutboxVote>();
  return {
    all: () => Promise.resolve([...votes.values()]),
    put: (vote) => {
      votes.set(vote.id, vote);
      return Promise.resolve();
    },
    remove: (ids) => {
      for (const id of ids) votes.delete(id);
      return Promise.resolve();
    },
  };
}

/** What a page of yesterday has kept is read as it is and understood by `modern`. */
function shelfOf(within: Within): Shelf {
  return {
    all: async () => {
      const kept = await within("readonly", (store) => store.getAll() as IDBRequest<(OutboxVote | OldVote)[]>);
      return (kept ?? []).map(modern);
    },
    put: async (vote) => {
      await within("readwrite", (store) => store.put(vote));
    },
    remove: async (ids) => {
      await within("readwrite", (store) => {
        for (const id of ids) store.delete(id);
        return undefined;
      });
    },
  };
}
