import { describe, expect, test } from "vitest";
import { CARD, isTooSmall, largest, moved, NARROWEST, resized, sizeOf, smallest, TALL } from "../../src/studio/poster/crop";

const WIDE = { width: 1600, height: 900 };
const HIGH = { width: 1080, height: 2400 };

/** Width by height of a frame as it is seen. */
const shapeOf = (picture: { width: number; height: number }, frame: { width: number; height: number }): number =>
  (frame.width * picture.width) / (frame.height * picture.height);

describe("the frame of a poster", () => {
  test.each([[WIDE, TALL], [WIDE, CARD], [HIGH, TALL], [HIGH, CARD]])("has its shape and lies inside the picture", (picture, shape) => {
    for (const frame of [largest(picture, shape), resized(picture, shape, largest(picture, shape), 0.5), moved(largest(picture, shape), 9, -9)]) {
      expect(shapeOf(picture, frame)).toBeCloseTo(shape, 5);
      expect(frame.left).toBeGreaterThanOrEqual(0);
      expect(frame.top).toBeGreaterThanOrEqual(0);
      expect(frame.left + frame.width).toBeLessThanOrEqual(1.000001);
      expect(frame.top + frame.height).toBeLessThanOrEqual(1.000001);
    }
  });

  test("is as large as the picture lets it and in its middle", () => {
    expect(largest({ width: 1080, height: 1920 }, TALL)).toEqual({ left: 0, top: 0, width: 1, height: 1 });
    expect(largest(WIDE, TALL).left).toBeCloseTo((1 - largest(WIDE, TALL).width) / 2, 6);
  });

  test("keeps its middle when it is resized, and its size is known", () => {
    const frame = resized(WIDE, TALL, moved(largest(WIDE, TALL), 0.1, 0), 0.6);
    const middle = frame.left + frame.width / 2;
    expect(middle).toBeCloseTo(0.6, 6);
    expect(sizeOf(WIDE, TALL, frame)).toBeCloseTo(0.6, 6);
  });

  test("is never so small that the poster would be too narrow", () => {
    const frame = resized(WIDE, TALL, largest(WIDE, TALL), smallest(WIDE, TALL));
    expect(frame.width * WIDE.width).toBeCloseTo(NARROWEST, 3);
    expect(isTooSmall({ width: 300, height: 2000 }, TALL)).toBe(true);
    expect(isTooSmall(WIDE, TALL)).toBe(false);
  });
});
