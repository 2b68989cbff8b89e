import { describe, expect, test } from "vitest";
import { chooseAward, figureOf, shortRoot, standings } from "../src/kiosk/wall/rank";

const board = { ballots: 40, entries: [{ entry: 1, votes: 10, sum: 40 }, { entry: 2, votes: 4, sum: 19 }, { entry: 3, votes: 0, sum: 0 }, { entry: 4, votes: 20, sum: 80 }] };
const stars = { kind: "stars", max: 5 } as const;

describe("standings", () => {
  test("means decide, then votes; without votes an entry stays last", () => {
    const found = standings([1, 2, 3, 4, 5], board, stars);
    expect(found.map(({ entry }) => entry)).toEqual([2, 4, 1, 3, 5]);
    expect(found[0]).toEqual({ entry: 2, votes: 4, score: 4.75, part: 0.95, first: true });
    expect(found[4]).toMatchObject({ score: null, part: 0 });
  });

  test("equal ones share the first place, and nobody leads before the first vote", () => {
    const equal = { ballots: 4, entries: [{ entry: 1, votes: 2, sum: 8 }, { entry: 2, votes: 2, sum: 8 }] };
    expect(standings([1, 2], equal, stars).map(({ first }) => first)).toEqual([true, true]);
    expect(standings([1, 2], { ballots: 0, entries: [] }, stars).map(({ first }) => first)).toEqual([false, false]);
  });

  test("of choices the votes decide, shown of all ballots", () => {
    const votes = { ballots: 40, entries: [{ entry: 1, votes: 10, sum: 10 }, { entry: 2, votes: 30, sum: 30 }] };
    const found = standings([1, 2, 3], votes, { kind: "approval", max: 3 });
    expect(found.map(({ entry, score, part }) => [entry, score, part])).toEqual([[2, 30, 0.75], [1, 10, 0.25], [3, null, 0]]);
  });

  test("of yes and no the share of yes", () => {
    const yes = { ballots: 9, entries: [{ entry: 1, votes: 8, sum: 2 }, { entry: 2, votes: 4, sum: 3 }, { entry: 3, votes: 2, sum: 0 }] };
    const found = standings([1, 2, 3], yes, { kind: "yesno", max: 1 });
    expect(found.map(({ entry, score }) => [entry, score])).toEqual([[2, 0.75], [1, 0.25], [3, 0]]);
  });

  test("each kind has its figure", () => {
    const kinds = ["stars", "grades", "yesno", "favourite", "approval", "ranking"] as const;
    expect(kinds.map(figureOf)).toEqual(["mean", "mean", "share", "votes", "votes", "votes"]);
  });
});

test("a tree head is short enough to be compared by eye", () => {
  expect(shortRoot("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")).toBe("47DE Qpj8");
});

describe("chooseAward", () => {
  const awards = [
    { id: 1, slug: "jury", state: "closed", closes_at: "2026-11-13T20:00:00Z" },
    { id: 2, slug: "debut", state: "closed", closes_at: "2026-11-14T20:00:00Z" },
    { id: 3, slug: "audience", state: "open", closes_at: "2026-11-15T20:00:00Z" },
  ];

  test("by name or number, else the open one, else the last that closed", () => {
    expect(chooseAward(awards, "jury")?.id).toBe(1);
    expect(chooseAward(awards, "2")?.id).toBe(2);
    expect(chooseAward(awards, null)?.id).toBe(3);
    expect(chooseAward(awards.slice(0, 2), "nothing")?.id).toBe(2);
    expect(chooseAward([], null)).toBeUndefined();
  });
});
