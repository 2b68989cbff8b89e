import { describe, expect, test } from "vitest";
import type { Deliberation, Ranking, TableCell } from "../../src/api/jury";
import { decisionOf, draftOf, wrongIn } from "../../src/jury/table/decision";
import { findingOf, isAgainst, opinionsOf, rankedOf, widestOf } from "../../src/shared/panel/table";

const ranking = (method: Ranking["method"], ...ranks: [number, number][]): Ranking => ({ method, unranked: [], lines: ranks.map(([series, rank]) => ({ series, rank, value: 5 - rank, jurors: 3 })) });
const cell = (juror: number, series: number, mean: number | null, state: TableCell["state"] = "scored"): TableCell => ({ juror, series, state, mean, grades: null });
const table: Pick<Deliberation, "titles" | "rankings" | "winners" | "disputed"> = {
  titles: [{ series: 1, title: { en: "A" } }, { series: 2, title: { en: "B" } }, { series: 3, title: { en: "C" } }],
  rankings: [ranking("raw", [1, 2], [2, 1]), ranking("levelled", [1, 1], [2, 2]), ranking("pairwise", [1, 1], [2, 1])],
  winners: { raw: [2], levelled: [1], pairwise: [1, 2] },
  disputed: true,
};

describe("the rankings", () => {
  test("are shown best by the plain mean first, what nobody scored last", () => {
    expect(rankedOf(table)).toEqual([{ title: 2, places: [1, 2, 1] }, { title: 1, places: [2, 1, 1] }, { title: 3, places: [null, null, null] }]);
  });

  test("that disagree are said one by one", () => {
    expect(findingOf(table)).toEqual({ kind: "disputed", by: [{ method: "raw", titles: [2] }, { method: "levelled", titles: [1] }, { method: "pairwise", titles: [1, 2] }] });
  });

  test("that agree name the winner, or those who share the place", () => {
    expect(findingOf({ winners: { raw: [1], levelled: [1], pairwise: [1] }, disputed: false })).toEqual({ kind: "agreed", titles: [1] });
    expect(findingOf({ winners: { raw: [1, 2], levelled: [2, 1], pairwise: [1, 2] }, disputed: false })).toEqual({ kind: "shared", titles: [1, 2] });
    expect(findingOf({ winners: {}, disputed: false })).toEqual({ kind: "nothing" });
  });
});

describe("the opinions on a title", () => {
  const cells = [cell(1, 1, 4), cell(2, 1, 6), cell(3, 1, null, "recused"), cell(1, 2, 5), cell(2, 2, 5), cell(3, 2, null)];

  test("leave out who is recused and what may not be seen", () => {
    const [second, first] = opinionsOf(rankedOf(table), cells);
    expect(first).toMatchObject({ series: 1, mean: 5, spread: 2 });
    expect(second).toMatchObject({ series: 2, mean: 5, spread: 0 });
  });

  test("are widest where there is something to talk about", () => {
    expect(widestOf(opinionsOf(rankedOf(table), cells))?.series).toBe(1);
    expect(widestOf([])).toBeNull();
  });
});

describe("the decision", () => {
  test("for a title that leads none of the rankings says why", () => {
    const draft = { ...draftOf(null), winner: 3 };
    expect(isAgainst(table.winners, 3)).toBe(true);
    expect(wrongIn(draft, table.winners)).toEqual({ against: true });
    expect(wrongIn({ ...draft, against: "It dares." }, table.winners)).toEqual({});
    expect(wrongIn({ ...draft, winner: 0 }, table.winners)).toEqual({ winner: true });
  });

  test("is sent with its mentions and what is written of the citations", () => {
    const draft = { ...draftOf(null), winner: 2, mentions: [1, 2], citations: { 2: { en: " For light. ", ru: " " } }, against: "left over" };
    expect(decisionOf(draft, table.winners)).toEqual({
      prizes: [{ series: 2, kind: "winner", citation: { en: "For light." } }, { series: 1, kind: "mention", citation: {} }], statement: {}, against: null,
    });
  });
});
