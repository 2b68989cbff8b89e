import type { Problem } from "../api/problem";

interface Sayer {
  trySay(key: string): string | undefined;
}

export interface SaidProblem {
  happened: string;
  kept: string;
  next: string;
}

/** The three-part sentence of a problem in the reader's language; the server's own words only for a code unknown here. */
export function sayProblem(problem: Problem, words: Sayer): SaidProblem {
  const part = (name: keyof SaidProblem, theirs: string): string =>
    words.trySay(`problem.${problem.code}.${name}`) ?? (theirs || words.trySay(`problem.error.${name}`) || "");
  return {
    happened: part("happened", problem.body.title),
    kept: part("kept", problem.body.kept),
    next: part("next", problem.body.next),
  };
}
