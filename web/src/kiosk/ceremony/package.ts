/** A ceremony on this device's disk: what a screen shows that is loaded anew and finds no network. */

import type { Ceremony, JuryCeremony } from "../../api/types";
import { openStore, type Within } from "../../shared/kept-store";

export type Shown = Ceremony | JuryCeremony;

/** `path` is where it came from. A result is in it only where everyone may know it; otherwise the closed envelope. */
export interface Package {
  path: string;
  shown: Shown;
  /** Address of a poster to its file, to nothing where the house has none. */
  posters: [string, Blob | null][];
  /** By how much the server's clock is ahead of this device's, in milliseconds. */
  ahead: number;
}

let opening: Promise<Within> | undefined;
const within = (): Promise<Within> => (opening ??= openStore("tallscreen-ceremony", "packages", "path"));

/** Nothing where the browser keeps nothing. */
export async function keptPackage(path: string): Promise<Package | undefined> {
  try {
    return await (await within())<Package>("readonly", (store) => store.get(path) as IDBRequest<Package>);
  } catch {
    return undefined;
  }
}

export async function keepPackage(kept: Package): Promise<void> {
  try {
    await (await within())("readwrite", (store) => store.put(kept));
  } catch {
    // The screen that is open has it all the same.
  }
}

/** The page itself opens without a network too. */
export async function keepPage(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/kiosk-worker.js", { scope: "/ceremony", updateViaCache: "none" }).catch(() => undefined);
}
