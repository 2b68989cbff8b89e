/** One store of IndexedDB. */

/** Does `work` in one transaction; rejects where it could not be kept. */
export type Within = <Result>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<Result> | undefined) => Promise<Result | undefined>;

/**
 * Rejects where the browser forbids it. Version 1 for ever: a higher one would wait for every other tab with the page of yesterday
 * to be closed, and nothing could be kept meanwhile.
 */
export async function openStore(name: string, store: string, keyPath: string): Promise<Within> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => { opening.result.createObjectStore(store, { keyPath }); };
    opening.onsuccess = () => { resolve(opening.result); };
    opening.onerror = () => { reject(opening.error ?? new Error("no database")); };
  });
  return (mode, work) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const asked = work(transaction.objectStore(store));
      transaction.oncomplete = () => { resolve(asked?.result); };
      transaction.onerror = () => { reject(transaction.error ?? new Error("it could not be kept")); };
      transaction.onabort = transaction.onerror;
    });
}
