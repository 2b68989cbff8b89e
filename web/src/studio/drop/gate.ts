/** The first look at a file, by its first bytes and its outermost boxes: the festival's own gate, before a byte is sent. */

import { refusalOf, type Refusal } from "./kinds";

const HEAD = 4096;
const STARTS = new Set(["ftyp", "moov", "mdat", "free", "skip", "wide", "pnot"]);
const STILLS = new Set(["heic", "heix", "heim", "heis", "mif1", "avif", "avis", "msf1", "crx "]);
const MATROSKA = "\x1a\x45\xdf\xa3";
/** An index larger than this is refused, and so are more boxes. */
const LARGEST_INDEX = 64 * 1024 ** 2;
const MOST_BOXES = 15_000;

/** Why the festival would refuse this file; null where it would look further. */
export async function gate(file: Blob): Promise<Refusal | null> {
  const head = await textOf(file, 0, HEAD);
  if (head.startsWith(MATROSKA)) return null;
  const start = head.slice(4, 8);
  if (!STARTS.has(start)) return refusalOf(head);
  if (start === "ftyp" && STILLS.has(head.slice(8, 12))) return { code: "image-not-video", values: {} };
  return (await isWhole(file)) ? null : { code: "unreadable-file", values: {} };
}

/** Bytes as a text of as many signs, so that marks can be looked for in it. */
async function textOf(file: Blob, from: number, to: number): Promise<string> {
  const bytes = new Uint8Array(await file.slice(from, to).arrayBuffer());
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** Every outermost box ends within the file, and one of them is the index. */
async function isWhole(file: Blob): Promise<boolean> {
  let index = 0;
  let at = 0;
  for (let boxes = 0; at + 8 <= file.size && boxes < MOST_BOXES; boxes += 1) {
    const view = new DataView(await file.slice(at, at + 16).arrayBuffer());
    const kind = String.fromCharCode(...Array.from({ length: 4 }, (_, offset) => view.getUint8(4 + offset)));
    if (kind === "\0\0\0\0") break; // some exporters pad with zeros
    const length = lengthOf(view, file.size - at);
    if (length === null || at + length > file.size) return false;
    if (kind === "moov") index += length > LARGEST_INDEX ? 2 : 1;
    at += length;
  }
  return index === 1;
}

function lengthOf(view: DataView, rest: number): number | null {
  const length = view.getUint32(0);
  if (length === 0) return rest;
  if (length !== 1) return length < 8 ? null : length;
  if (view.byteLength < 16) return null;
  const long = Number(view.getBigUint64(8));
  return long < 16 ? null : long;
}
