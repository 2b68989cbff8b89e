import { BALLOT_NEEDED, NO_ANSWER, NO_NETWORK } from "../../api/problem";
import type { Key } from "../../shared/words.svelte";

const BUSY: Readonly<Record<string, Key>> = {
  [NO_NETWORK]: "phone.ballot.kept",
  [BALLOT_NEEDED]: "phone.ballot.kept_needed",
  "voting-busy": "phone.ballot.kept_busy",
  "too-many-requests": "phone.ballot.kept_many",
};

/** Why a vote is still on this phone: the last problem says it. A festival that does not answer is not "no network". */
export function keptKey(problem: string | null): Key {
  return BUSY[problem ?? NO_ANSWER] ?? "phone.ballot.kept_silent";
}
