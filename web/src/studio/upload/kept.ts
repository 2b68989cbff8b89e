/** What was on its way, kept so that it goes on after a crash: IndexedDB, or memory where the browser forbids it. */

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

const DATABASE = "tallscreen studio";
const STORE = "files";

export async function openShelf(): Promise<Shelf> {
  try {
    return shelfOf(await openDatabase());
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

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => { opening.result.createObjectStore(STORE, { keyPath: "episode" }); };
    opening.onsuccess = () => { resolve(opening.result); };
    opening.onerror = () => { reject(opening.error ?? new Error("no database")); };
  });
}

function shelfOf(database: IDBDatabase): Shelf {
  const within = <Result>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const asked = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => { resolve(asked.result); };
      transaction.onabort = () => { reject(transaction.error ?? new Error("the files could not be kept")); };
    });
  return {
    all: () => within("readonly", (store) => store.getAll() as IDBRequest<KeptFile[]>),
    put: (file) => within("readwrite", (store) => store.put(file) as IDBRequest<unknown>).then(() => undefined),
    remove: (episode) => within("readwrite", (store) => store.delete(episode)).then(() => undefined),
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
