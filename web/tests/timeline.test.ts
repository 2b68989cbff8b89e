import { describe, expect, test } from "vitest";
import { bufferedAhead, holds, overHole, segmentAt, segmentUrl, spansOf } from "../src/shared/player/timeline";

function ranges(...pairs: readonly (readonly [number, number])[]): TimeRanges {
  const at = (index: number, side: 0 | 1): number => pairs[index]?.[side] ?? 0;
  return { length: pairs.length, start: (index) => at(index, 0), end: (index) => at(index, 1) };
}
const spans = spansOf([1, 2, 4, 4, 1.345]);

describe("segments", () => {
  test("follow one another", () => {
    expect(spans[2]).toEqual({ start: 3, end: 7 });
  });

  test("are found by time", () => {
    expect([0, 0.99, 1, 6.9, 11.2, 99].map((time) => segmentAt(spans, time))).toEqual([0, 0, 1, 2, 4, 4]);
  });

  test("are files of three digits", () => {
    expect(segmentUrl("/media/x/", "v360", 7)).toBe("/media/x/v360/007.m4s");
  });

  test("are held when their middle is buffered", () => {
    expect(holds(ranges([0, 3.02]), { start: 1, end: 3 })).toBe(true);
    expect(holds(ranges([0, 3.02]), { start: 3, end: 7 })).toBe(false);
    expect(holds(ranges([4.5, 11]), { start: 3, end: 7 })).toBe(false);
    expect(holds(ranges([3.1, 6.9]), { start: 3, end: 7 })).toBe(true);
  });
});

describe("buffer", () => {
  test("ahead is counted over small holes only", () => {
    expect(bufferedAhead(ranges([0, 3], [3.05, 7]), 1)).toBeCloseTo(6);
    expect(bufferedAhead(ranges([0, 3], [4, 7]), 1)).toBeCloseTo(2);
    expect(bufferedAhead(ranges(), 1)).toBe(0);
  });

  test("a hole in front is stepped over, a wide one is waited for", () => {
    expect(overHole(ranges([0.08, 4]), 0)).toBeCloseTo(0.081);
    expect(overHole(ranges([2, 4]), 0)).toBeNull();
    expect(overHole(ranges([0, 4]), 1)).toBeNull();
  });
});
