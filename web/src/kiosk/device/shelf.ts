/** What a kiosk keeps on its disk. A change is there when its promise is: every transaction is written through. */

export type Store = "facts" | "votes" | "plays" | "aside";

const NAME = "tallscreen-kiosk";
let opening: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("facts");
      for (const name of ["votes", "plays"]) request.result.createObjectStore(name, { keyPath: "counter" });
      // Votes of a kiosk that was revoked before they were sent: nobody deletes them but a person.
      request.result.createObjectStore("aside", { autoIncrement: true });
    };
    request.onsuccess = () => {
      const db = request.result;
      const forget = (): void => { opening = null; };
      db.onclose = forget;
      db.onversionchange = () => {
        db.close();
        forget();
      };
      resolve(db);
    };
    request.onerror = () => {
      opening = null;
      reject(request.error ?? new Error("the disk of this screen cannot be opened"));
    };
  });
  return opening;
}

/** One transaction: all of it is on the disk, or none. */
export async function change(stores: Store[], work: (of: (store: Store) => IDBObjectStore) => void): Promise<void> {
  const db = await open();
  await new Promise<void>((resolve, reject) => {
    const tx = db.transaction(stores, "readwrite", { durability: "strict" });
    tx.oncomplete = () => { resolve(); };
    tx.onabort = tx.onerror = () => { reject(tx.error ?? new Error("the disk of this screen took nothing")); };
    work((store) => tx.objectStore(store));
  });
}

async function ask<Answer>(store: Store, question: (store: IDBObjectStore) => IDBRequest): Promise<Answer> {
  const db = await open();
  return new Promise<Answer>((resolve, reject) => {
    const request = question(db.transaction(store, "readonly").objectStore(store)) as IDBRequest<Answer>;
    request.onsuccess = () => { resolve(request.result); };
    request.onerror = () => { reject(request.error ?? new Error("the disk of this screen cannot be read")); };
  });
}

export const fact = <Value>(key: string): Promise<Value | undefined> => ask<Value | undefined>("facts", (store) => store.get(key));
export const keepFact = (key: string, value: unknown): Promise<void> => change(["facts"], (of) => { of("facts").put(value, key); });
/** The oldest, `most` of them. */
export const oldest = <Value>(store: Store, most: number): Promise<Value[]> => ask<Value[]>(store, (each) => each.getAll(undefined, most));
export const count = (store: Store): Promise<number> => ask<number>(store, (each) => each.count());
