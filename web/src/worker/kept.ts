/** What is kept, as the worker sees it: read once, and again whenever the page says that it changed. */

import { recordsOf } from "../shared/offline/records";
import { isOver, KEPT_CACHE, packageOf, type KeptEpisode } from "../shared/offline/rules";

let reading: Promise<readonly KeptEpisode[]> | null = null;
let packages: ReadonlySet<string> | null = null;

export function forget(): void {
  reading = null;
  packages = null;
}

/** Episodes whose rights are not over. */
export async function kept(): Promise<readonly KeptEpisode[]> {
  reading ??= read();
  return (await reading).filter((each) => !isOver(each, Date.now()));
}

/** Whether a file may be here: for certain once the records were read, which takes no time for all that is not. */
export function mayHold(path: string): boolean {
  const id = packageOf(path);
  return packages === null ? id !== null : id !== null && packages.has(id);
}

async function read(): Promise<readonly KeptEpisode[]> {
  const all = await recordsOf(await caches.open(KEPT_CACHE));
  packages = new Set(all.map(({ item }) => packageOf(item.stream.base)).filter((id) => id !== null));
  return all;
}
