/** Where a juror's changes are kept before they are sent: IndexedDB, or memory where the browser forbids it. */

import { openStore } from "../../shared/kept-store";
import type { Deed } from "./rules";

export interface Shelf {
  all: () => Promise<Deed[]>;
  put: (deed: Deed) => Promise<void>;
  remove: (key: string) => Promise<void>;
}

export async function openShelf(): Promise<Shelf> {
  try {
    const within = await openStore("tallscreen.jury", "deeds", "key");
    return {
      all: async () => (await within("readonly", (store) => store.getAll() as IDBRequest<Deed[]>)) ?? [],
      put: async (deed) => { await within("readwrite", (store) => store.put(deed)); },
      remove: async (key) => { await within("readwrite", (store) => store.delete(key)); },
    };
  } catch {
    return memoryShelf();
  }
}

export function memoryShelf(): Shelf {
  const deeds = new Map<string, Deed>();
  return {
    all: () => Promise.resolve([...deeds.values()]),
    put: (deed) => {
      deeds.set(deed.key, deed);
      return Promise.resolve();
    },
    remove: (key) => {
      deeds.delete(key);
      return Promise.resolve();
    },
  };
}
