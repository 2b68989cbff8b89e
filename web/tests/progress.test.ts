import { describe, expect, test } from "vitest";
import { gapOf } from "../src/phone/ballots/gap";
import { continuation, isDone, remainingMs, startSeconds, unfinished, watch, watchedCount, type Progress } from "../src/phone/store/progress";

const episodes = [1, 2, 3, 4].map((number) => ({ number, duration_ms: 90_000 }));
const watched = (...seen: readonly (readonly [number, number])[]): Progress =>
  seen.reduce<Progress>((progress, [number, seconds], index) => watch(progress, "bus", number, seconds, 90, 100 + index), {});

describe("where a series goes on", () => {
  test("nowhere before the first episode", () => {
    expect(continuation(undefined, episodes)).toBeNull();
  });

  test("in the middle of the episode watched last", () => {
    expect(continuation(watched([1, 90], [2, 43])["bus"], episodes)).toEqual({ number: 2, seconds: 43 });
  });

  test("at the next episode when the last one was watched", () => {
    expect(continuation(watched([2, 90])["bus"], episodes)).toEqual({ number: 3, seconds: 0 });
  });

  test("nowhere after the last episode", () => {
    expect(continuation(watched([4, 90])["bus"], episodes)).toBeNull();
  });

  test("a watched episode begins at its start", () => {
    const series = watched([1, 90], [2, 43])["bus"];
    expect([startSeconds(series, 1), startSeconds(series, 2), startSeconds(series, 3)]).toEqual([0, 43, 0]);
  });
});

describe("what has been watched", () => {
  test("the credits do not count", () => {
    expect([isDone(87, 90), isDone(80, 90), isDone(0.1, 2.5), isDone(0, 0)]).toEqual([true, false, false, false]);
  });

  test("an episode watched once stays watched", () => {
    expect(watchedCount(watched([1, 90], [1, 10])["bus"])).toBe(1);
  });

  test("what is left is what was not seen", () => {
    expect(remainingMs(watched([1, 90], [2, 30])["bus"], episodes)).toBe(60_000 + 180_000);
  });

});

describe("the ballot of a series", () => {
  const size = (episode_count: number): { episode_count: number; duration_ms: number } => ({ episode_count, duration_ms: episode_count * 90_000 });
  const two = watched([1, 90], [2, 90])["bus"];

  test("comes after half, rounded up, and may be asked for before, where nothing has to be watched", () => {
    expect(gapOf(null, undefined, size(5))).toEqual({ missing: 3, needed: 3, may: true });
    expect(gapOf(null, two, size(4))).toEqual({ missing: 0, needed: 2, may: true });
  });

  test("comes when the award's rule is met: so many episodes, or a share of the minutes, whichever is first", () => {
    expect(gapOf({ episodes: 3 }, two, size(10))).toEqual({ missing: 1, needed: 3, may: false });
    expect(gapOf({ episodes: 9, share: 0.4 }, two, size(10)).missing).toBe(2);
    expect(gapOf({ episodes: 3, share: 0.9 }, two, size(10)).missing).toBe(1);
    expect(gapOf({ share: 0.2 }, two, size(10))).toMatchObject({ missing: 0, may: true });
    expect(gapOf({ episodes: 9 }, undefined, size(2)).missing).toBe(2);
  });

  test("of one episode wants that episode", () => {
    expect(gapOf({ episodes: 1 }, two, size(4), 3)).toEqual({ missing: 1, needed: 1, may: false });
    expect(gapOf({ episodes: 1 }, two, size(4), 2).missing).toBe(0);
  });
});

describe("the series to go on with", () => {
  test("is the unfinished one watched last that the festival still shows", () => {
    const progress = { ...watched([1, 90]), kite: { episodes: {}, last: 1, at: 999 }, gone: { episodes: {}, last: 1, at: 9999 } };
    expect(unfinished(progress, new Map([["bus", 4], ["kite", 2]]))).toBe("kite");
    expect(unfinished(progress, new Map([["bus", 1]]))).toBeNull();
  });
});
