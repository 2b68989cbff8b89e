/** SHA-256 of a piece of a file, as hex. */

import { pause } from "../../api/client";

const STEP = 512 * 1024;

/** Plain http in a house's own network is no secure context and has no crypto.subtle: there it is counted in script. */
export async function sha256(bytes: Blob): Promise<string> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  return subtle ? hex(new Uint8Array(await subtle.digest("SHA-256", await bytes.arrayBuffer()))) : inScript(bytes);
}

export async function inScript(bytes: Blob): Promise<string> {
  const library = await import("@noble/hashes/sha2.js");
  const sum = library.sha256.create();
  for (let offset = 0; offset < bytes.size; offset += STEP) {
    sum.update(new Uint8Array(await bytes.slice(offset, offset + STEP).arrayBuffer()));
    await pause(0);
  }
  return hex(sum.digest());
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
