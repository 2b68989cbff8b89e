/** The inclusion proof of RFC 9162, section 2.1.3.2, and the signed note it leads to. Pure, apart from the hash it is given. */

export type Hash = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;
type Bytes = Uint8Array<ArrayBuffer>;

export interface Head {
  origin: string;
  size: number;
  root: Bytes;
  /** when it was signed, as written */
  time: string | null;
}

export interface Inclusion {
  leaf: Bytes;
  index: number;
  size: number;
  proof: readonly Bytes[];
}

/** The tree head that a proof leads to from its leaf; null where it cannot be one of this index and size. */
export async function rootOf({ leaf, index, size, proof }: Inclusion, hash: Hash): Promise<Bytes | null> {
  if (!isPlace(index, size)) return null;
  let [here, last, found] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return null;
    const right = here % 2 === 1 || here === last;
    found = await (right ? nodeOf(sibling, found, hash) : nodeOf(found, sibling, hash));
    while (right && here % 2 === 0 && here !== 0) [here, last] = [half(here), half(last)];
    [here, last] = [half(here), half(last)];
  }
  return last === 0 ? found : null;
}

/** Whether the leaf is in the tree whose head was signed. */
export async function isIncluded(inclusion: Inclusion, head: Pick<Head, "size" | "root">, hash: Hash): Promise<boolean> {
  if (inclusion.size !== head.size) return false;
  const root = await rootOf(inclusion, hash);
  return root !== null && isEqual(root, head.root);
}

/** The head of a checkpoint: origin, number of leaves, head, further lines, then an empty line and signatures. */
export function readHead(note: string): Head | null {
  const [text] = note.split("\n\n", 1);
  const [origin, size, root, ...lines] = (text ?? "").split("\n");
  const raw = fromBase64(root ?? "");
  if (!origin || !/^(0|[1-9]\d*)$/.test(size ?? "") || raw?.length !== 32) return null;
  const time = lines.find((line) => line.startsWith("time "))?.slice("time ".length) ?? null;
  return { origin, size: Number(size), root: raw, time };
}

export function fromBase64(text: string): Bytes | null {
  try {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  } catch {
    return null;
  }
}

/** SHA-256 by the browser; pages without a certificate have none, and bring their own. */
export async function sha256(bytes: Bytes): Promise<Bytes> {
  if ("subtle" in crypto) return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const { sha256: digest } = await import("@noble/hashes/sha2.js");
  return new Uint8Array(digest(bytes));
}

function nodeOf(left: Bytes, right: Bytes, hash: Hash): Promise<Bytes> {
  return hash(Uint8Array.of(1, ...left, ...right));
}

function isPlace(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}

function half(number: number): number {
  return Math.floor(number / 2);
}

function isEqual(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
