/** What the chair writes down. Pure. */

import type { Decision, DecisionIn, Deliberation, Prize } from "../../api/jury";
import type { Words } from "../../api/types";
import { isAgainst } from "../../shared/panel/table";

export interface DecisionDraft {
  winner: number;
  mentions: number[];
  /** by series */
  citations: Record<number, Words>;
  statement: Words;
  against: string;
}

export type DecisionWrong = Partial<Record<"winner" | "against", true>>;

export function draftOf(decision: Decision | null): DecisionDraft {
  const prizes = decision?.prizes ?? [];
  return {
    winner: prizes.find(({ kind }) => kind === "winner")?.series ?? 0,
    mentions: prizes.filter(({ kind }) => kind === "mention").map(({ series }) => series),
    citations: Object.fromEntries(prizes.map(({ series, citation }) => [series, { ...citation }])),
    statement: { ...decision?.statement },
    against: decision?.against ?? "",
  };
}

export function wrongIn(draft: DecisionDraft, winners: Deliberation["winners"]): DecisionWrong {
  return {
    ...(draft.winner === 0 && { winner: true }),
    ...(draft.winner !== 0 && isAgainst(winners, draft.winner) && draft.against.trim() === "" && { against: true }),
  };
}

const written = (text: Words | undefined): Words => Object.fromEntries(Object.entries(text ?? {}).map(([lang, said]) => [lang, said.trim()]).filter(([, said]) => said));

export function decisionOf(draft: DecisionDraft, winners: Deliberation["winners"]): DecisionIn {
  const prize = (series: number, kind: Prize["kind"]): Prize => ({ series, kind, citation: written(draft.citations[series]) });
  const mentions = draft.mentions.filter((series) => series !== draft.winner);
  return {
    prizes: [prize(draft.winner, "winner"), ...mentions.map((series) => prize(series, "mention"))],
    statement: written(draft.statement),
    against: isAgainst(winners, draft.winner) ? draft.against.trim() : null,
  };
}
