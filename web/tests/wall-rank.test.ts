import { describe, expect, test } from "vitest";
import { chooseAward, standings } from "../src/kiosk/wall/rank";

const board = { entries: [{ entry: 1, votes: 10, sum: 40 }, { entry: 2, votes: 4, sum: 19 }, { entry: 3, votes: 0, sum: 0 }, { entry: 4, votes: 20, sum: 80 }] };

describe("standings", () => {
  test("means decide, then votes; without votes an entry stays last", () => {
    const found = standings([1, 2, 3, 4, 5], board, 5);
    expect(found.map(({ entry }) => entry)).toEqual([2, 4, 1, 3, 5]);
    expect(found[0]).toEqual({ entry: 2, votes: 4, mean: 4.75, part: 0.95, first: true });
    expect(found[4]).toMatchObject({ mean: null, part: 0 });
  });

  test("equal ones share the first place, and nobody leads before the first vote", () => {
    const equal = { entries: [{ entry: 1, votes: 2, sum: 8 }, { entry: 2, votes: 2, sum: 8 }] };
    expect(standings([1, 2], equal, 5).map(({ first }) => first)).toEqual([true, true]);
    expect(standings([1, 2], { entries: [] }, 5).map(({ first }) => first)).toEqual([false, false]);
  });
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
