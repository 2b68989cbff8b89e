import type { Problem } from "../api/problem";

interface Sayer {
  trySay(key: string): string | undefined;
}

export interface SaidProblem {
  happened: string;
  kept: string;
  next: string;
}

const NOTHING: SaidProblem = { happened: "", kept: "", next: "" };

/** The three-part sentence of a problem in the reader's language; the server's own words only for a code unknown here. */
export function sayProblem(problem: Problem, words: Sayer): SaidProblem {
  const { title, kept, next } = problem.body;
  return sayCode(problem.code, words, { happened: title, kept, next });
}

export function sayCode(code: string, words: Sayer, theirs: SaidProblem = NOTHING): SaidProblem {
  const part = (name: keyof SaidProblem): string =>
    words.trySay(`problem.${code}.${name}`) ?? (theirs[name] || words.trySay(`problem.error.${name}`) || "");
  return { happened: part("happened"), kept: part("kept"), next: part("next") };
}
