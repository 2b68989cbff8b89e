/** Bytes as text and back: base64url without padding, as the server reads it. */

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}

export function b64u(bytes: ArrayBuffer | Uint8Array): string {
  const signs = Array.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes), (byte) => String.fromCharCode(byte));
  return btoa(signs.join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Of either alphabet, padded or not. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  return Uint8Array.from(atob(plain), (sign) => sign.charCodeAt(0));
}

/** Hash of a text, as the chain of the journal holds it. */
export async function hashOf(text: string): Promise<string> {
  return b64u(await crypto.subtle.digest("SHA-256", utf8(text)));
}
