/** All files of a drop or a choice, folders included, each with where it lay. */

export interface Dropped {
  file: File;
  /** Its folders and its name, with slashes between them. */
  path: string;
  /** By which the same file can be read again after the page was closed, where the browser gives one. */
  handle?: FileSystemFileHandle;
  /** What was dropped: the folder the file lies in, or the file itself. A permission is asked once for all below it. */
  root?: FileSystemHandle;
}

type WithHandle = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> };
type Folder = FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemHandle> };

/** To be called while the event is being handled: what was dropped is gone after that. */
export async function filesOf(transfer: DataTransfer): Promise<Dropped[]> {
  const items = Array.from(transfer.items).filter(({ kind }) => kind === "file");
  const plain = [...transfer.files];
  const asked = items.map((item) => ({ entry: item.webkitGetAsEntry(), handle: askHandle(item) }));
  const found = await Promise.all(asked.map(async ({ entry, handle }) => (await byHandle(await handle)) ?? (entry ? byEntry(entry) : null)));
  return found.every((each) => each === null) ? plain.map(chosen) : found.flatMap((each) => each ?? []);
}

/** A file from an input; with a folder chosen, the browser says where it lay. */
export function chosen(file: File): Dropped {
  return { file, path: file.webkitRelativePath || file.name };
}

function askHandle(item: WithHandle): Promise<FileSystemHandle | null> {
  return item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null);
}

async function byHandle(root: FileSystemHandle | null): Promise<Dropped[] | null> {
  if (!root) return null;
  const walk = async (handle: FileSystemHandle, above: string): Promise<Dropped[]> => {
    const path = above + handle.name;
    if (handle.kind === "file") {
      const own = handle as FileSystemFileHandle;
      return [{ file: await own.getFile(), path, handle: own, root }];
    }
    const inside: Dropped[] = [];
    for await (const each of (handle as Folder).values()) inside.push(...(await walk(each, `${path}/`)));
    return inside;
  };
  try {
    return await walk(root, "");
  } catch {
    return null; // a file that went away meanwhile, or a folder the browser keeps closed: the older way may still read it
  }
}

async function byEntry(entry: FileSystemEntry): Promise<Dropped[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => { (entry as FileSystemFileEntry).file(resolve, reject); });
    return [{ file, path: entry.fullPath.replace(/^\//u, "") }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: Dropped[] = [];
  // A reader gives at most a hundred entries at a time and an empty list at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (some.length === 0) return files;
    files.push(...(await Promise.all(some.map(byEntry))).flat());
  }
}

export function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
