/** Codes by mail. What was asked for survives a visit to the mail program; the address is not kept. */

import { post } from "../../api/client";
import { words } from "../../shared/words.svelte";
import { ballots } from "../store/ballots.svelte";
import { holder } from "../store/holder.svelte";
import { keep, readKept } from "../store/kept";

interface Asked {
  request: string;
  at: number;
}

const KEY = "tallscreen.mail-codes";
/** As long as the server takes a code. */
const LIFE_MS = 600_000;

function all(): Record<number, Asked> {
  return readKept<Record<number, Asked>>(KEY, {});
}

/** The request that is still open for an award. */
export function askedFor(award: number): string | null {
  const asked = all()[award];
  return asked && Date.now() - asked.at < LIFE_MS ? asked.request : null;
}

export async function askForCode(award: number, email: string): Promise<string> {
  const { request } = await post<{ request: string }>(`/api/awards/${String(award)}/ballot-codes`, { email }, { headers: words.accepting });
  keep(KEY, { ...all(), [award]: { request, at: Date.now() } });
  return request;
}

export async function enterMailCode(award: number, request: string, code: string): Promise<void> {
  await holder.take(award, { email_request: request, code });
  forgetRequest(award);
  void ballots.hurry();
}

export function forgetRequest(award: number): void {
  keep(KEY, Object.fromEntries(Object.entries(all()).filter(([id]) => Number(id) !== award)));
}
