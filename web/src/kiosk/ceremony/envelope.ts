/** Opens the envelope in which a result waits on a screen: api/voting/envelope.py closes it. */

import { hmac } from "@noble/hashes/hmac.js";
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { shake256 } from "@noble/hashes/sha3.js";

const TAG = 32;
const LABEL = new TextEncoder().encode("tallscreen ceremony");

const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

/** As it is typed: spaces, dashes and small letters do not matter. */
export const tidy = (code: string): string => code.toUpperCase().replace(/[^0-9A-Z]/g, "");

/** What is in it, or null where the code is another one. */
export async function openEnvelope(envelope: string, salt: string, code: string, rounds: number): Promise<unknown> {
  const keys = await pbkdf2Async(sha256, new TextEncoder().encode(tidy(code)), bytes(salt), { c: rounds, dkLen: 64 });
  const closed = bytes(envelope);
  const masked = closed.subarray(0, -TAG);
  const tag = hmac(sha256, keys.subarray(32), masked);
  if (!tag.every((byte, place) => byte === closed[closed.length - TAG + place])) return null;
  const stream = shake256(new Uint8Array([...LABEL, ...keys.subarray(0, 32)]), { dkLen: masked.length });
  return JSON.parse(new TextDecoder().decode(masked.map((byte, place) => byte ^ (stream[place] ?? 0)))) as unknown;
}
