/** The three sentences of a failed episode in the reader's language. */

import type { Failure } from "../../api/types";
import type { SaidProblem } from "../../shared/problem-words";

interface Sayer {
  trySay(key: string, values?: Record<string, string | number>): string | undefined;
}

export function sayFailure(failure: Failure, words: Sayer): SaidProblem {
  const values = { ...failure.values, ...foundIn(failure.values, words) };
  const part = (name: keyof SaidProblem): string => words.trySay(`failure.${failure.code}.${name}`, values) ?? failure[name];
  return { happened: part("happened"), kept: part("kept"), next: part("next") };
}

/** What the gate saw comes as an English phrase; its translation has the phrase as its name. */
export function foundIn({ found }: Failure["values"], words: Sayer): { found?: string } {
  if (typeof found !== "string") return {};
  return { found: words.trySay(`failure.found.${found.toLowerCase().replace(/[^a-z]+/g, "_")}`) ?? found };
}

/** Failures on our side: the file is kept, and the same file may be tried again. */
const OURS = new Set(["encode-failed", "encode-too-slow", "worker-lost", "storage-failed"]);

export function mayRetry(failure: Failure | null): boolean {
  return failure !== null && OURS.has(failure.code);
}
