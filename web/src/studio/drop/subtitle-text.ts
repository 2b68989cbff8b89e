import { Problem } from "../../api/problem";

const LARGEST = 400_000;

/** Text of a subtitle file: UTF-8, or UTF-16 where the file says so. */
export async function readSubtitle(file: Blob): Promise<string> {
  if (file.size > LARGEST * 4) throw refused("too-large");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const encoding = !wide ? "utf-8" : bytes[0] === 0xff ? "utf-16le" : "utf-16be";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw refused("subtitle-unreadable");
  }
}

function refused(code: string): Problem {
  return new Problem({ code, status: 422, title: "", detail: "", kept: "", next: "" });
}
