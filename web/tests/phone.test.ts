import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Gesture, type GestureEvents } from "../src/phone/player/gestures";
import { pathOf, routeOf } from "../src/phone/routes";

describe("addresses", () => {
  test.each(["/", "/ballots", "/receipt", "/b", "/h", "/s/kite-season", "/s/kite-season/e/12"])("%s leads to its page and back", (path) => {
    expect(pathOf(routeOf(path))).toBe(path);
  });

  test("anything else is nowhere", () => {
    expect(routeOf("/s/Kite Season").page).toBe("nowhere");
  });
});

describe("Gesture", () => {
  let told: string[];
  let gesture: Gesture;

  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    const events: GestureEvents = {
      ontap: () => told.push("tap"),
      onhold: (held) => told.push(held ? "hold" : "let go"),
      onlock: () => told.push("lock"),
      ondrag: () => undefined,
      onsettle: (step) => told.push(`step ${String(step)}`),
    };
    gesture = new Gesture(events, () => 800);
  });
  afterEach(() => { vi.useRealTimers(); });

  const drag = (to: number, steps: number, rest = 0): void => {
    gesture.down(100, 400, 0);
    for (let step = 1; step <= steps; step += 1) gesture.move(100, 400 + (to * step) / steps, step * 16);
    gesture.up(400 + to, steps * 16 + rest);
  };

  test("a short touch is a tap", () => {
    gesture.down(100, 400, 0);
    gesture.move(103, 402, 30);
    gesture.up(402, 90);
    expect(told).toEqual(["tap"]);
  });

  test("a long swipe up is the next episode, down the one before", () => {
    drag(-300, 20, 300);
    drag(300, 20, 300);
    expect(told).toEqual(["step 1", "step -1"]);
  });

  test("a quick flick is enough", () => {
    drag(-80, 4);
    expect(told).toEqual(["step 1"]);
  });

  test("a short slow drag goes back to its place", () => {
    drag(-80, 40, 300);
    expect(told).toEqual(["step 0"]);
  });

  test("holding is twice the speed until the finger is lifted, or kept by sliding up", () => {
    gesture.down(100, 400, 0);
    vi.advanceTimersByTime(400);
    gesture.up(400, 900);
    gesture.down(100, 400, 1000);
    vi.advanceTimersByTime(400);
    gesture.move(100, 330, 1500);
    gesture.up(330, 1600);
    expect(told).toEqual(["hold", "let go", "hold", "lock"]);
  });

  test("a sideways swipe does nothing", () => {
    gesture.down(100, 400, 0);
    gesture.move(200, 405, 40);
    gesture.up(405, 60);
    expect(told).toEqual([]);
  });
});
