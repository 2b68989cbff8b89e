/** Passkeys as browsers make and use them, in the words of our API. */

import { get, post, put, remove } from "../../api/client";
import type { Me, Passkey } from "../../api/types";
import { words } from "../words.svelte";

/** The holder closed the browser's own dialog, or it waited too long. */
export class NotUsed extends Error {}
/** This device has one for the account already. */
export class HasOne extends Error {}

interface Descriptor { id: string; type: "public-key" }
interface Ceremony<Options> { options: Options }
type ToMake = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
};
type ToAnswer = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & { challenge: string; allowCredentials?: Descriptor[] };

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

export function toBase64url(bytes: ArrayBuffer): string {
  const text = btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Browsers have passkeys at names that are https, and at localhost; at a bare address they have none. */
export function able(): boolean {
  return isSecureContext && "PublicKeyCredential" in globalThis && !/^[\d.]+$|^\[/.test(location.hostname);
}

/** Whether this browser offers passkeys inside the address field. */
export async function offersByItself(): Promise<boolean> {
  return able() && typeof PublicKeyCredential.isConditionalMediationAvailable === "function" && (await PublicKeyCredential.isConditionalMediationAvailable());
}

export async function make(name: string): Promise<Passkey> {
  const { options } = await post<Ceremony<ToMake>>("/api/access/passkeys/challenge");
  const publicKey = {
    ...options,
    challenge: fromBase64url(options.challenge),
    user: { ...options.user, id: fromBase64url(options.user.id) },
    excludeCredentials: described(options.excludeCredentials),
  };
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return post<Passkey>("/api/access/passkeys", {
    name,
    credential: { ...named(made), response: { clientDataJSON: toBase64url(response.clientDataJSON), attestationObject: toBase64url(response.attestationObject) } },
  });
}

/** With any passkey of this site; with a signal the browser offers them inside the address field and waits. */
export async function signIn(signal?: AbortSignal): Promise<Me> {
  const { options } = await post<Ceremony<ToAnswer>>("/api/access/passkeys/sign-in/challenge");
  const credential = await answer(options, signal);
  if (signal?.aborted) throw new NotUsed();
  return post<Me>("/api/access/passkeys/sign-in", { credential }, { headers: words.accepting });
}

/** The holder of this session shows that it is them. */
export async function prove(): Promise<void> {
  const { options } = await post<Ceremony<ToAnswer>>("/api/access/proof/challenge");
  await post("/api/access/proof", { credential: await answer(options) });
}

export const list = (): Promise<Passkey[]> => get<Passkey[]>("/api/access/passkeys", { retries: 2 });
export const rename = (passkey: number, name: string): Promise<Passkey> => put<Passkey>(`/api/access/passkeys/${String(passkey)}`, { name });
export const forget = (passkey: number): Promise<void> => remove(`/api/access/passkeys/${String(passkey)}`);

async function answer(options: ToAnswer, signal?: AbortSignal): Promise<unknown> {
  const publicKey = { ...options, challenge: fromBase64url(options.challenge), allowCredentials: described(options.allowCredentials) };
  const waiting = signal ? { mediation: "conditional" as const, signal } : {};
  const given = await asked(() => navigator.credentials.get({ publicKey, ...waiting }));
  const response = given.response as AuthenticatorAssertionResponse;
  return {
    ...named(given),
    response: {
      clientDataJSON: toBase64url(response.clientDataJSON),
      authenticatorData: toBase64url(response.authenticatorData),
      signature: toBase64url(response.signature),
      userHandle: response.userHandle && toBase64url(response.userHandle),
    },
  };
}

const described = (known: readonly Descriptor[] = []): PublicKeyCredentialDescriptor[] => known.map(({ id, type }) => ({ type, id: fromBase64url(id) }));
const named = (credential: PublicKeyCredential): Descriptor & { rawId: string } => ({ id: credential.id, rawId: toBase64url(credential.rawId), type: "public-key" });

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask();
    if (credential) return credential as PublicKeyCredential;
  } catch (error) {
    if (error instanceof DOMException && error.name === "InvalidStateError") throw new HasOne();
    if (!(error instanceof DOMException)) throw error;
  }
  throw new NotUsed();
}
