/** Receipts as people type them. Pure. */

const LENGTH = 12;
/** As in api/access/rules.py: no 0 O 1 I L U. */
export const KNOWN = /^[2-9A-HJKMNP-TV-Z]*$/;

/** Small letters, dashes and spaces of any kind do not matter. */
export function normalised(typed: string): string {
  return typed.normalize("NFKC").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
}

export type Flaw = "empty" | "sign" | "short" | "long";

/** Why this cannot be a receipt, as far as its letters tell. */
export function flawOf(code: string): Flaw | null {
  if (code === "") return "empty";
  if (!KNOWN.test(code)) return "sign";
  if (code.length === LENGTH) return null;
  return code.length < LENGTH ? "short" : "long";
}
