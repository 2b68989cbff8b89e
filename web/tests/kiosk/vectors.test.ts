import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { b64u, bytesOf, hashOf, utf8 } from "../../src/kiosk/device/bytes";
import { bodyOf, EMPTY, tapOf, type Head } from "../../src/kiosk/device/chain";
import { publicHalf, seal, sign } from "../../src/kiosk/device/key";
import { NotOurs, readManifest, type Signed } from "../../src/kiosk/device/manifest";

interface Vectors {
  private_key: JsonWebKey;
  public_key: string;
  session: { challenge: string; signature: string };
  votes: { body: string; signature: string }[];
  seal: { seal_key: string; token: string };
  manifest: Signed;
}

/** What the server's tests check too: both sides must say the same. */
const told = JSON.parse(readFileSync(join(import.meta.dirname, "../../../tests/kiosk/vectors.json"), "utf8")) as Vectors;
const EC = { name: "ECDSA", namedCurve: "P-256" };
const HOW = { name: "ECDSA", hash: "SHA-256" };

async function ownPair(): Promise<CryptoKeyPair> {
  const privateKey = await crypto.subtle.importKey("jwk", told.private_key, EC, false, ["sign"]);
  const publicKey = await crypto.subtle.importKey("raw", bytesOf(told.public_key), EC, true, ["verify"]);
  return { privateKey, publicKey };
}

describe("signatures", () => {
  test.each([["session", told.session.challenge, told.session.signature], ...told.votes.map(({ body, signature }) => ["vote", body, signature])] as ["session" | "vote", string, string][])("of a %s are over its label and its text", async (label, text, signature) => {
    const pair = await ownPair();
    const signed = utf8(`tallscreen kiosk ${label}\n${text}`);

    expect(await crypto.subtle.verify(HOW, pair.publicKey, bytesOf(signature), signed)).toBe(true);
    expect(await crypto.subtle.verify(HOW, pair.publicKey, bytesOf(await sign(pair, label, text)), signed)).toBe(true);
    expect(await crypto.subtle.verify(HOW, pair.publicKey, bytesOf(await sign(pair, label === "vote" ? "session" : "vote", text)), signed)).toBe(false);
  });

  test("the public half is registered as it is told", async () => {
    expect(await publicHalf(await ownPair())).toBe(told.public_key);
  });
});

test("records are written letter by letter as the chain holds them", async () => {
  let head: Head = EMPTY;
  for (const { body } of told.votes) {
    const { tap, moment } = tapOf(body);
    expect(bodyOf(7, head, tap, moment)).toBe(body);
    head = { counter: head.counter + 1, hash: await hashOf(body) };
  }
  expect(head.counter).toBe(told.votes.length);
});

test("a badge's token is closed for the house alone", async () => {
  const house = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const sealed = bytesOf(await seal(b64u(await crypto.subtle.exportKey("raw", house.publicKey)), told.seal.token));

  const ephemeral = await crypto.subtle.importKey("raw", sealed.slice(0, 65), { name: "ECDH", namedCurve: "P-256" }, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: ephemeral }, house.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const kind = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8("tallscreen kiosk badge") };
  const key = await crypto.subtle.deriveKey(kind, base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.slice(65, 77) }, key, sealed.slice(77));

  expect(new TextDecoder().decode(opened)).toBe(told.seal.token);
  expect(await seal(told.seal.seal_key, told.seal.token)).not.toBe(await seal(told.seal.seal_key, told.seal.token));
});

describe("a programme", () => {
  const known = { kiosk: 7, house_key: told.manifest.key, serial: 0 };

  test("of this house for this screen is taken", async () => {
    expect(await readManifest(told.manifest, known)).toMatchObject({ kiosk: 7, serial: 1_795_000_000_000 });
  });

  test.each([
    ["was changed by a letter", { ...told.manifest, text: told.manifest.text.replace('"kiosk":7', '"kiosk":8') }, known],
    ["is of another screen", told.manifest, { ...known, kiosk: 8 }],
    ["is older than the one that is known", told.manifest, { ...known, serial: 1_795_000_000_001 }],
    ["is signed by another house", told.manifest, { ...known, house_key: "tallscreen/other/kiosks+00000000+AQAA" }],
  ])("that %s is not", async (_, signed, of) => {
    await expect(readManifest(signed, of)).rejects.toBeInstanceOf(NotOurs);
  });
});
