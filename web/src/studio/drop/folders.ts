/** Whether a drop holds more than one series: folders beside each other, each with films of its own. Pure. */

const FILMS_OF_A_SERIES = 2;

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The folders between which somebody must choose; none where all belongs together. */
export function seriesFolders(videoPaths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of videoPaths) counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
  const folders = [...counts].filter(([, count]) => count >= FILMS_OF_A_SERIES).map(([folder]) => folder);
  return folders.length > 1 ? folders.sort((a, b) => a.localeCompare(b)) : [];
}

export function liesIn(path: string, folder: string): boolean {
  return folder === "" ? !path.includes("/") : path.startsWith(`${folder}/`);
}
