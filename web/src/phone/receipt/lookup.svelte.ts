/** Looking a receipt up: where the vote is in the public log, and whether the log's own figures say so too. */

import { get } from "../../api/client";
import { Problem } from "../../api/problem";
import type { AwardCard, FoundReceipt } from "../../api/types";
import { flawOf, normalised, type Flaw } from "./codes";
import { fromBase64, isIncluded, readHead, sha256, type Head } from "./merkle";

export type Found =
  | { state: "flawed"; flaw: Flaw }
  | { state: "unknown" }
  | { state: "waiting"; award: AwardCard }
  /** `checked`: this phone has recomputed the head that was signed from the place in the log */
  | { state: "sealed"; award: AwardCard; checked: boolean; place: number; head: Head }
  | { state: "problem"; problem: Problem };

class Lookup {
  /** What the field shows first: a receipt this phone comes from, or one in the address after `#`, which no server sees. */
  code = $state("");
  found = $state.raw<Found | null>(null);
  busy = $state(false);

  async ask(typed: string, awards: readonly AwardCard[]): Promise<void> {
    if (this.busy) return;
    const code = normalised(typed);
    const flaw = flawOf(code);
    if (flaw) {
      this.found = { state: "flawed", flaw };
      return;
    }
    this.busy = true;
    try {
      // Without the awards nothing could be said of a receipt: that is a problem, and not an unknown receipt.
      const known = awards.length > 0 ? awards : await get<AwardCard[]>("/api/awards", { retries: 1 });
      this.found = await search(code, known.filter(({ receipts }) => receipts));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.found = { state: "problem", problem: error };
    } finally {
      this.busy = false;
    }
  }
}

/** One award after another: a reader need not know which one a receipt is of. */
async function search(code: string, awards: readonly AwardCard[]): Promise<Found> {
  for (const award of awards) {
    const answer = await askAward(award.id, code);
    if (answer.state === "waiting") return { state: "waiting", award };
    if (answer.state === "sealed") return check(award, answer);
  }
  return { state: "unknown" };
}

async function askAward(award: number, code: string): Promise<FoundReceipt> {
  try {
    return await get<FoundReceipt>(`/api/awards/${String(award)}/receipts/${code}`, { retries: 2 });
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return { award, receipt: code, state: "unknown" };
    throw error;
  }
}

async function check(award: AwardCard, answer: FoundReceipt): Promise<Found> {
  const head = readHead(answer.checkpoint ?? "");
  const leaf = fromBase64(answer.leaf_hash ?? "");
  const proof = (answer.proof ?? []).map((each) => fromBase64(each) ?? new Uint8Array());
  const index = answer.index ?? -1;
  if (!head || !leaf) return { state: "waiting", award };
  const checked = await isIncluded({ leaf, index, size: answer.size ?? 0, proof }, head, sha256);
  return { state: "sealed", award, checked, place: index, head };
}

export const lookup = new Lookup();
