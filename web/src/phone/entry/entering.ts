import { get } from "../../api/client";
import { Problem } from "../../api/problem";
import type { AwardCard, Ballot } from "../../api/types";
import { ballots } from "../store/ballots.svelte";
import { holder } from "../store/holder.svelte";
import { settleArrival } from "./arrival";
import { isStronger, type Carried } from "./proofs";

/** What a badge or a hall's code means for one award. */
export interface Opened {
  award: AwardCard;
  /** `taken`: this phone votes with it now; `stays`: with the ballot it had, which has votes or is stronger. */
  state: "taken" | "stays";
}

/** Refusals of one award that say nothing about the proof. */
const OF_THE_AWARD: readonly string[] = ["voting-closed", "tier-not-admitted", "not-found"];

/**
 * Use a badge or a hall's code in every award that admits it and has not ended, and send what waited for it. One person
 * has one ballot in an award: once one was voted with here, it stays. Throws the Problem of a proof that is refused.
 */
export async function enter(way: Carried, code: string): Promise<Opened[]> {
  const awards = (await get<AwardCard[]>("/api/awards", { retries: 1 })).filter(({ tiers, state }) => tiers.includes(way) && state !== "closed");
  const opened: Opened[] = [];
  try {
    for (const award of awards) {
      const state = await open(award, way, code);
      if (state) opened.push({ award, state });
    }
  } catch (error) {
    if (error instanceof Problem && !error.passing) settleArrival(way);
    throw error;
  }
  settleArrival(way);
  if (way === "badge" && awards.length > 0) holder.keepBadge(code);
  void ballots.hurry();
  return opened;
}

async function open(award: AwardCard, way: Carried, code: string): Promise<Opened["state"] | null> {
  const held = holder.of(award.id);
  const other = way === "badge" && isOther(held, code);
  if (!other && held !== null) {
    if (held.tier === way) return "taken";
    if (!isStronger(way, held.tier) || (await ballots.hasVoted(award.id))) return "stays";
  }
  if (!(await isTaken(award.id, way, code))) return null;
  // Another badge is another person: what the first one has voted is not theirs to see.
  if (other) await ballots.leave(award.id);
  return "taken";
}

/** Whether the ballot is of another badge than this one. */
function isOther(held: Ballot | null, code: string): boolean {
  return held?.tier === "badge" && holder.badge !== null && holder.badge !== code;
}

async function isTaken(award: number, way: Carried, code: string): Promise<boolean> {
  try {
    await holder.take(award, { [way]: code });
    return true;
  } catch (error) {
    if (error instanceof Problem && OF_THE_AWARD.includes(error.code)) return false;
    throw error;
  }
}

/** The first of these tokens that is known here. */
export async function enterBadge(tokens: readonly string[]): Promise<Opened[]> {
  for (const [index, token] of tokens.entries()) {
    try {
      return await enter("badge", token);
    } catch (error) {
      const last = index === tokens.length - 1;
      if (last || !(error instanceof Problem) || error.code !== "badge-refused") throw error;
    }
  }
  return [];
}

/** Take the badge, its ballots and what they have voted off this phone; on the server all of it stays. */
export async function forgetBadge(awards: readonly Opened[]): Promise<void> {
  holder.keepBadge(null);
  for (const { award } of awards) {
    if (holder.of(award.id)?.tier !== "badge") continue;
    holder.forget(award.id);
    await ballots.leave(award.id);
  }
}
