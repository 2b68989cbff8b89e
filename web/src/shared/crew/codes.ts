/** Sign-in codes as people type them: with dashes, spaces, small letters or the digits of their own script. */

import { westernDigits } from "./digits";

export const MAIL_CODE_LENGTH = 8;
export const ISSUED_CODE_LENGTH = 12;

export function cleanMailCode(typed: string): string {
  return westernDigits(typed).replace(/\D/g, "");
}

export function cleanIssuedCode(typed: string): string {
  return westernDigits(typed)
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "");
}

export function looksLikeEmail(typed: string): boolean {
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(typed.trim());
}

/** "Alesia Kavalenka" as "AK", for the disc beside a name. */
export function initials(name: string): string {
  const names = name.trim().split(/\s+/u).filter(Boolean);
  const chosen = names.length > 1 ? [names[0], names.at(-1)] : names;
  return chosen.map((each) => Array.from(each ?? "")[0] ?? "").join("").toUpperCase();
}
