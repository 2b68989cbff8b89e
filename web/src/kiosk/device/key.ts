/** The key of this screen: made here, never to leave it, its public half registered at the pairing. */

import { b64u, bytesOf, utf8 } from "./bytes";
import { fact, keepFact } from "./shelf";

const KIND = { name: "ECDSA", namedCurve: "P-256" } as const;
const SEAL = { name: "ECDH", namedCurve: "P-256" } as const;
const SEAL_INFO = "tallscreen kiosk badge";

export type Label = "session" | "vote";

/** The key this screen has; made at the first time. */
export async function ownKey(): Promise<CryptoKeyPair> {
  const known = await fact<CryptoKeyPair>("key");
  if (known) return known;
  const made = await crypto.subtle.generateKey(KIND, false, ["sign", "verify"]);
  await keepFact("key", made);
  return made;
}

export async function publicHalf({ publicKey }: CryptoKeyPair): Promise<string> {
  return b64u(await crypto.subtle.exportKey("raw", publicKey));
}

/** What is signed says what it is, so that no signature can be used for anything else. */
export async function sign({ privateKey }: CryptoKeyPair, label: Label, text: string): Promise<string> {
  return b64u(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, utf8(`tallscreen kiosk ${label}\n${text}`)));
}

/** A badge's token, closed so that only the festival's server can open it: none is ever stored in clear here. */
export async function seal(sealKey: string, token: string): Promise<string> {
  const house = await crypto.subtle.importKey("raw", bytesOf(sealKey), SEAL, false, []);
  const own = await crypto.subtle.generateKey(SEAL, false, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: house }, own.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8(SEAL_INFO) };
  const key = await crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const closed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, utf8(token));
  const ephemeral = await crypto.subtle.exportKey("raw", own.publicKey);
  return b64u(new Uint8Array([...new Uint8Array(ephemeral), ...iv, ...new Uint8Array(closed)]));
}
