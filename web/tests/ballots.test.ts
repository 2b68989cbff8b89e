import { describe, expect, test } from "vitest";
import { landing, mostOf, moved, suggestedFirst, tapped } from "../src/shared/ballots/choices";
import { gradeName, grouped, sayMark } from "../src/shared/ballots/grades";
import { stepOf } from "../src/phone/ballots/roving";
import { keptKey } from "../src/phone/ballots/states";

describe("a tap on a poster", () => {
  test("moves a favourite, and a second tap on it leaves it", () => {
    expect(tapped("favourite", [4], 7, 1)).toEqual([7]);
    expect(tapped("favourite", [7], 7, 1)).toEqual([7]);
  });

  test("chooses and frees, in the order of the taps", () => {
    expect(tapped("approval", [4], 2, 3)).toEqual([4, 2]);
    expect(tapped("ranking", [4, 2, 9], 2, 3)).toEqual([4, 9]);
  });

  test("changes nothing at the limit", () => {
    const full = [4, 2];
    expect(tapped("approval", full, 7, 2)).toBe(full);
  });

  test("the limit is never more than there are entries", () => {
    expect(mostOf({ kind: "approval", max: 50 }, 6)).toBe(6);
    expect(mostOf({ kind: "ranking", max: 3 }, 6)).toBe(3);
    expect(mostOf({ kind: "favourite", max: 1 }, 6)).toBe(1);
  });
});

describe("an order", () => {
  test("moves one entry and keeps the others' order", () => {
    expect(moved([1, 2, 3, 4], 4, 1)).toEqual([1, 4, 2, 3]);
    expect(moved([1, 2, 3, 4], 1, 2)).toEqual([2, 3, 1, 4]);
  });

  test("stays where there is no such place", () => {
    const order = [1, 2];
    expect([moved(order, 1, -1), moved(order, 2, 2), moved(order, 9, 0), moved(order, 1, 0)]).toEqual([order, order, order, order]);
  });

  test("a dragged row lands past the middles it has crossed", () => {
    const middles = [30, 100, 170, 240];
    expect([landing(middles, 0, 60), landing(middles, 0, 71), landing(middles, 0, 999)]).toEqual([0, 1, 3]);
    expect([landing(middles, 3, -60), landing(middles, 3, -145), landing(middles, 3, -999)]).toEqual([3, 1, 0]);
  });

  test("shows what was just seen first, and never chooses it", () => {
    const entries = [{ id: 1 }, { id: 2 }, { id: 3 }];
    expect(suggestedFirst(entries, 3).map(({ id }) => id)).toEqual([3, 1, 2]);
    expect(suggestedFirst(entries, 9)).toBe(entries);
  });
});

describe("arrow keys", () => {
  test("go by row and column, and mirrored where one reads from the right", () => {
    expect(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "a"].map((key) => stepOf(key, "ltr", 3))).toEqual([1, -1, 3, -3, 0]);
    expect(["ArrowRight", "ArrowLeft", "ArrowDown"].map((key) => stepOf(key, "rtl", 3))).toEqual([-1, 1, 3]);
  });
});

describe("marks", () => {
  const say = { say: (key: string, values: object = {}): string => `${key} ${Object.values(values).join(" ")}`.trim() };

  test("have a word on the scales of the festival", () => {
    expect(gradeName(4, { kind: "stars", min: 1, max: 5 })).toBe("phone.grade.4");
    expect(gradeName(6, { kind: "grades", min: 1, max: 6 })).toBe("phone.mark.6");
    expect([0, 1].map((value) => gradeName(value, { kind: "yesno", min: 0, max: 1 }))).toEqual(["phone.no", "phone.yes"]);
    expect(gradeName(4, { kind: "stars", min: 1, max: 10 })).toBeNull();
  });

  test("are said with their figures, yes and no without", () => {
    expect(sayMark(1, { kind: "yesno", min: 0, max: 1 }, say)).toBe("phone.yes");
    expect(sayMark(4, { kind: "stars", min: 1, max: 10 }, say)).toBe("phone.ballot.stars_of 4 10");
    expect(sayMark(5, { kind: "grades", min: 1, max: 6 }, say)).toBe("phone.ballot.mark_named phone.ballot.mark_of 5 6 phone.mark.5");
  });

  test("a receipt is read in groups of four", () => {
    expect(grouped("7K4MQ2XD9HTW")).toBe("7K4M-Q2XD-9HTW");
  });

  test("a vote on this phone says what it waits for", () => {
    expect(["no-network", "no-answer", "voting-busy", "too-many-requests", "unavailable", null].map(keptKey)).toEqual([
      "phone.ballot.kept", "phone.ballot.kept_silent", "phone.ballot.kept_busy", "phone.ballot.kept_many", "phone.ballot.kept_silent", "phone.ballot.kept_silent",
    ]);
  });
});
