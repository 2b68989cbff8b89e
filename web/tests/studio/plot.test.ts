import { describe, expect, test } from "vitest";
import { across, band, dots, every, line, startBefore, steps, up, type Frame } from "../../src/studio/stay/plot";

const FRAME: Frame = { width: 200, height: 100, start: 20, end: 10, top: 0, bottom: 20, mirrored: false };
const share = (value: number) => ({ viewers: 100, value, low: value - 0.1, high: value + 0.1 });

describe("plots of who stayed", () => {
  test("run from the reading start, and from the right in Persian and Urdu", () => {
    expect([across(FRAME, 0), across(FRAME, 1)]).toEqual([20, 190]);
    expect([across({ ...FRAME, mirrored: true }, 0), across({ ...FRAME, mirrored: true }, 1)]).toEqual([180, 10]);
  });

  test("have all at the top and nobody on the axis", () => {
    expect([up(FRAME, 1), up(FRAME, 0.5), up(FRAME, 0)]).toEqual([0, 40, 80]);
  });

  test("leave out what may not be shown, each at the place of its episode", () => {
    const found = dots([{ number: 1, share: share(1) }, { number: 2, share: null }, { number: 3, share: share(0.5) }], FRAME);
    expect(found.map(({ number, x }) => [number, x])).toEqual([[1, 20], [3, 190]]);
    expect(line(found)).toBe("M20 0L190 40");
    expect(band(found.slice(0, 1))).toBe("");
    expect(band(found)).toMatch(/^M20 .*Z$/);
  });

  test("number as many episodes as there is room for", () => {
    expect([every(24, 1000), every(24, 400), every(80, 300)]).toEqual([1, 2, 10]);
  });

  test("draw as many leavers a second as high as they are", () => {
    const leaving = { number: 1, package: "", duration: 10, started: 100, finished: null, peak: 0, stretches: [{ start: 0, end: 2, viewers: 40 }, { start: 2, end: 10, viewers: 40 }] };
    expect(steps(leaving, { ...FRAME, start: 0, end: 0 })).toBe("M0 80L0 0L40 0L40 60L200 60L200 80Z");
    expect(steps({ ...leaving, stretches: [] }, FRAME)).toBe("");
  });

  test("lead to a few seconds before the place", () => {
    expect([startBefore(64), startBefore(3)]).toEqual([58, 0]);
  });
});
