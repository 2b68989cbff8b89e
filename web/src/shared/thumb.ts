import { thumbHashToDataURL } from "thumbhash";

const made = new Map<string, string>();

/** The blurred first impression of a still, from its few bytes. */
export function thumbUrl(hash: string | null | undefined): string | null {
  if (!hash) return null;
  const known = made.get(hash);
  if (known) return known;
  try {
    const url = thumbHashToDataURL(Uint8Array.from(atob(hash), (sign) => sign.charCodeAt(0)));
    made.set(hash, url);
    return url;
  } catch {
    return null;
  }
}
