import { describe, expect, test } from "vitest";
import { further, goalOf, isNarrow, nextLoad, type Watch } from "../src/shared/player/governor";

const WATCH: Watch = { load: "all", watched: 0, estimate: 5_000_000, bitrate: 500_000, stalled: false };
const PLACE = { ahead: 3, complete: false, goal: 5, narrow: false, saver: false };

describe("what is loaded ahead", () => {
  test("little at first, more the longer somebody watches, and never much on a wide link", () => {
    const goals = [0, 5, 20, 600].map((watched) => goalOf({ ...WATCH, watched }));
    expect(goals).toEqual([...goals].sort((a, b) => a - b));
    expect([goals[0], goals.at(-1)]).toEqual([3, 7]);
  });

  test("a link that hardly carries the film, or failed to, holds more", () => {
    const narrow = { ...WATCH, estimate: 800_000 };
    expect(isNarrow(narrow)).toBe(true);
    expect(goalOf({ ...narrow, watched: 600 })).toBe(12);
    expect(goalOf({ ...WATCH, stalled: true })).toBe(12);
  });

  test("a neighbour takes no more than its place allows", () => {
    expect((["nothing", "start", "first"] as const).map((load) => goalOf({ ...WATCH, load, watched: 600 }))).toEqual([0, 0.5, 2.5]);
  });
});

describe("the next episode", () => {
  test("gets its picture once this one is safe, and seconds to play from once this one has enough", () => {
    expect([0.5, 3, 5].map((ahead) => nextLoad({ ...PLACE, ahead }))).toEqual(["nothing", "start", "first"]);
    expect(nextLoad({ ...PLACE, ahead: 0.2, complete: true })).toBe("first");
  });

  test("waits longer on a narrow link", () => {
    expect(nextLoad({ ...PLACE, narrow: true })).toBe("nothing");
  });

  test("keeps what it was allowed, so that nothing is broken off and begun again", () => {
    expect([further("start", "nothing"), further("start", "first"), further("first", "start")]).toEqual(["start", "first", "first"]);
  });

  test("gets nothing from those who want less data", () => {
    expect(nextLoad({ ...PLACE, ahead: 60, complete: true, saver: true })).toBe("nothing");
  });
});
