/** Where votes are kept before they are sent: IndexedDB, or memory where the browser forbids it. */

import { modern, type OldVote, type OutboxVote } from "./rules";

export interface Shelf {
  all: () => Promise<OutboxVote[]>;
  put: (vote: OutboxVote) => Promise<void>;
  remove: (ids: readonly string[]) => Promise<void>;
}

const DATABASE = "tallscreen";
const STORE = "votes";

export async function openShelf(): Promise<Shelf> {
  try {
    return shelfOf(await openDatabase());
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

/**
 * Version 1 for ever: a higher one would wait for every other tab with the page of yesterday to be closed, and no vote
 * could be kept meanwhile. What an earlier page has kept is read as it is and understood by `modern`.
 */
function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(STORE, { keyPath: "id" });
    };
    opening.onsuccess = () => { resolve(opening.result); };
    opening.onerror = () => { reject(opening.error ?? new Error("no database")); };
  });
}

function shelfOf(database: IDBDatabase): Shelf {
  const within = <Result>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<Result> | undefined): Promise<Result | undefined> =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const asked = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => { resolve(asked?.result); };
      transaction.onerror = () => { reject(transaction.error ?? new Error("the votes could not be kept")); };
      transaction.onabort = transaction.onerror;
    });
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
