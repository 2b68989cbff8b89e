/** How the figures of a result are drawn and written. Pure. */

import type { AwardCard, Result } from "../api/types";

type Method = AwardCard["method"];

/** Per method: "mark" on the ballot's scale, "share" of one, "count" of votes or points. */
export type Scale = "mark" | "share" | "count";

const MARKS: readonly string[] = ["mean", "imdb", "confidence", "majority_judgment"] satisfies Method[];

export function scaleOf({ method, kind }: Pick<Result, "method" | "kind">): Scale {
  if (MARKS.includes(method)) return "mark";
  return method === "wilson" || method === "share" || method === "attendance" || kind === "yesno" ? "share" : "count";
}

/** Length of a bar, 0..1: of the full scale, or of the most where there is none. */
export function part(score: number, result: Pick<Result, "method" | "kind" | "ranked">, max: number): number {
  const scale = scaleOf(result);
  const full = scale === "mark" ? max : scale === "share" ? 1 : Math.max(1, ...result.ranked.map((each) => each.score));
  return Math.min(1, Math.max(0, score / full));
}
