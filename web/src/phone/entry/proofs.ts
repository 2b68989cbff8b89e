/** What proves the right to a ballot, as people scan, paste and type it. Pure. */

import type { AwardCard, Tier } from "../../api/types";
import { westernDigits } from "../../shared/crew/digits";

export type Way = "badge" | "hall" | "email";
/** Of these one scan serves every award. */
export type Carried = "badge" | "hall";

/** Strongest first: a ballot of an earlier one is not changed for one of a later one. */
const STRENGTH: readonly Tier[] = ["badge", "hall", "email", "device", "kiosk", "paper"];
const WAYS: readonly Way[] = ["badge", "hall", "email"];
/** As in api/access/rules.py: no 0 O 1 I L U. */
const CLEAR = /^[2-9A-HJKMNP-TV-Z]*$/;
const BADGE = /^[A-Za-z0-9][A-Za-z0-9_-]{21,63}$/;
const BADGE_LENGTH = 27;
export const HALL_LENGTH = 8;

export function isStronger(one: Tier, other: Tier): boolean {
  return STRENGTH.indexOf(one) < STRENGTH.indexOf(other);
}

/** The ways a phone without a ballot can show who votes, strongest first; none where the phone itself is enough. */
export function waysOf({ tiers }: Pick<AwardCard, "tiers">): Way[] {
  return tiers.includes("device") ? [] : WAYS.filter((way) => tiers.includes(way));
}

/** Whether a phone can get a ballot at all: some awards are voted on at the festival's own screens only. */
export function isForPhones({ tiers }: Pick<AwardCard, "tiers">): boolean {
  return tiers.some((tier) => tier !== "kiosk" && tier !== "paper");
}

/** Where one pasted the whole address of a QR code, its last part. */
function bare(typed: string, part: "b" | "h"): string {
  const found = new RegExp(`/${part}/([^/?#\\s]+)`).exec(typed);
  return found?.[1] ?? typed;
}

/**
 * The tokens a typed badge may mean, likeliest first: as it stands, since lists from elsewhere tell small letters from
 * capitals, then as our own badges are printed. None where it cannot be one.
 */
export function badgesOf(typed: string): string[] {
  const exact = bare(westernDigits(typed.normalize("NFKC")), "b").replace(/\s/gu, "");
  const printed = exact.toUpperCase().replaceAll("-", "");
  const ours = printed.length === BADGE_LENGTH && CLEAR.test(printed);
  return [...new Set([...(BADGE.test(exact) ? [exact] : []), ...(ours ? [printed] : [])])];
}

/** Small letters, dashes, spaces and the digits of other scripts do not matter. */
export function hallCodeOf(typed: string): string {
  return westernDigits(bare(typed.normalize("NFKC"), "h")).toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
}

export type HallFlaw = "sign" | "length";

export function hallFlawOf(code: string): HallFlaw | null {
  if (!CLEAR.test(code)) return "sign";
  return code.length === HALL_LENGTH ? null : "length";
}
