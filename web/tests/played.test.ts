import { describe, expect, test } from "vitest";
import { Played } from "../src/shared/watch/played";

const played = (...looks: (number | null)[]): Played => {
  const made = new Played();
  for (const look of looks) made.look(look);
  return made;
};

describe("what was played", () => {
  test("is one span while it goes on", () => {
    expect(played(0, 0.5, 1, 1.5).take()).toEqual([[0, 1.5]]);
  });

  test("leaves out a jump ahead, a jump back and a pause", () => {
    expect(played(0, 1, 40, 41, 2, 3, null, 9, 10).take()).toEqual([[0, 1], [40, 41], [2, 3], [9, 10]]);
  });

  test("is told once, and goes on without a gap", () => {
    const made = played(0, 1);
    expect(made.take()).toEqual([[0, 1]]);
    expect(made.take()).toEqual([]);
    made.look(2);
    expect(made.take()).toEqual([[1, 2]]);
  });

  test("is told later where it could not be told", () => {
    const made = played(0, 1);
    const taken = made.take();
    made.look(2);
    made.back(taken);
    expect(made.take()).toEqual([[0, 1], [1, 2]]);
  });

  test("is never more than one heartbeat may have", () => {
    expect(played(...Array.from({ length: 100 }, (_, index) => (index % 2 ? index * 10 + 1 : (index + 1) * 10))).take().length).toBe(20);
  });
});
