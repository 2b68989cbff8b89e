import { describe, expect, test } from "vitest";
import type { VideoRendition } from "../src/api/types";
import { chooseRung, Throughput, usable, type Conditions } from "../src/shared/player/rungs";

const rung = (short: number, bitrate: number): VideoRendition => ({
  name: `v${String(short)}`, width: short, height: (short * 16) / 9, codec: "avc1.64001e", bitrate, init: "", segments: [1, 2, 4], bytes: 1,
});
const small = rung(360, 400_000);
const middle = rung(540, 1_000_000);
const large = rung(720, 1_900_000);
const ladder = [small, middle, large];
const now = (change: Partial<Conditions>): Conditions => ({
  family: "h264", estimate: 10_000_000, ahead: 8, current: small, saver: false, pixels: 780, audioBitrate: 64_000, ...change,
});

describe("chooseRung", () => {
  test("stays on the start rung until the link has been measured", () => {
    expect(chooseRung(ladder, now({ estimate: null }))).toBe(small);
  });

  test("takes the best rung that fits into three quarters of the link", () => {
    expect(chooseRung(ladder, now({}))).toBe(large);
    expect(chooseRung(ladder, now({ estimate: 1_500_000 }))).toBe(middle);
  });

  test("does not climb while little is buffered, unless the link is wide", () => {
    expect(chooseRung(ladder, now({ ahead: 1 }))).toBe(small);
    expect(chooseRung(ladder, now({ ahead: 2 }))).toBe(large);
    expect(chooseRung(ladder, now({ ahead: 2, estimate: 4_000_000 }))).toBe(small);
  });

  test("falls at once, however little is buffered", () => {
    expect(chooseRung(ladder, now({ ahead: 0.5, current: large, estimate: 700_000 }))).toBe(small);
  });

  test("the data saver allows the smallest rung only", () => {
    expect(chooseRung(ladder, now({ saver: true, current: large }))).toBe(small);
  });
});

describe("usable", () => {
  test("a small screen gets no rung it cannot show", () => {
    expect(usable(ladder, 540, false)).toEqual([small, middle]);
  });

  test("there is always one", () => {
    expect(usable(ladder, 100, false)).toEqual([small]);
  });
});

describe("Throughput", () => {
  test("knows nothing before the first measurement", () => {
    expect(new Throughput().estimate).toBeNull();
  });

  test("falls faster than it rises", () => {
    const link = new Throughput();
    link.add(500_000, 1);
    link.add(500_000, 1);
    const good = link.estimate ?? 0;
    link.add(50_000, 3);
    const bad = link.estimate ?? 0;
    link.add(500_000, 1);

    expect(good).toBeCloseTo(4_000_000, -3);
    expect(bad).toBeLessThan(good * 0.6);
    expect(link.estimate ?? 0).toBeLessThan(good * 0.8);
  });

  test("small answers measure the round trip, not the link", () => {
    const link = new Throughput();
    link.add(800, 1);
    expect(link.estimate).toBeNull();
  });
});
