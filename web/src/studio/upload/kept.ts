/** What was on its way, kept so that it goes on after a crash: IndexedDB, or memory where the browser forbids it. */

import { openStore, type Within } from "../../shared/kept-store";

export interface KeptFile {
  episode: number;
  series: number;
  account: number;
  name: string;
  size: number;
  modified: number;
  /** By which the browser reads the file again; without one the file is dropped again. */
  handle?: FileSystemFileHandle;
  root?: FileSystemHandle;
}

export interface Shelf {
  all(): Promise<KeptFile[]>;
  put(file: KeptFile): Promise<void>;
  remove(episode: number): Promise<void>;
}

export async function openShelf(): Promise<Shelf> {
  try {
    return shelfOf(await openStore("tallscreen studio", "files", "episode"));
  } catch {
    return memoryShelf();
  }
}

export function memoryShelf(): Shelf {
  const files = new Map<number, KeptFile>();
  return {
    all: () => Promise.resolve([...files.values()]),
    put: (file) => Promise.resolve(void files.set(file.episode, file)),
    remove: (episode) => Promise.resolve(void files.delete(episode)),
  };
}

function shelfOf(within: Within): Shelf {
  return {
    all: async () => (await within("readonly", (store) => store.getAll() as IDBRequest<KeptFile[]>)) ?? [],
    put: async (file) => void (await within("readwrite", (store) => store.put(file))),
    remove: async (episode) => void (await within("readwrite", (store) => store.delete(episode))),
  };
}

/** What a browser that gives handles can do with them; the language's own types do not know it yet. */
interface Asking {
  queryPermission?(descriptor: { mode: "read" }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: "read" }): Promise<PermissionState>;
}

async function mayRead(handle: Asking): Promise<boolean> {
  const known = (await handle.queryPermission?.({ mode: "read" })) ?? "granted";
  return known === "granted" || (await handle.requestPermission?.({ mode: "read" })) === "granted";
}

/** The file as it was, after the reader has said once more that this page may read it; null where it is gone or another one. */
export async function readAgain(kept: KeptFile): Promise<File | null> {
  if (!kept.handle) return null;
  try {
    if (!(await mayRead((kept.root ?? kept.handle) as Asking))) return null;
    const file = await kept.handle.getFile();
    return file.size === kept.size && file.lastModified === kept.modified ? file : null;
  } catch {
    return null;
  }
}
