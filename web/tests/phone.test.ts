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
  let aims: number[];
  let gesture: Gesture;

  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    aims = [];
    const events: GestureEvents = {
      ontap: (_part, double) => told.push(double ? "double" : "tap"),
      onside: (direction) => told.push(`side ${String(direction)}`),
      onhold: (held) => told.push(held ? "hold" : "let go"),
      onlock: () => told.push("lock"),
      ondrag: (_offset, step) => { if (step !== aims.at(-1)) aims.push(step); },
      onsettle: (step) => told.push(`step ${String(step)}`),
    };
    gesture = new Gesture(events, () => ({ width: 400, height: 800 }));
  });
  afterEach(() => { vi.useRealTimers(); });

  const drag = (to: number, steps: number, rest = 0): void => {
    gesture.down(100, 400, 0);
    for (let step = 1; step <= steps; step += 1) gesture.move(100, 400 + (to * step) / steps, step * 16);
    gesture.up(100, 400 + to, steps * 16 + rest);
  };

  test("a short touch is a tap", () => {
    gesture.down(100, 400, 0);
    gesture.move(103, 402, 30);
    gesture.up(103, 402, 90);
    expect(told).toEqual(["tap"]);
  });

  test("two quick touches are one double tap, two slow ones are not", () => {
    for (const at of [0, 150, 1000, 1600]) {
      gesture.down(100, 400, at);
      gesture.up(100, 400, at + 60);
    }
    expect(told).toEqual(["tap", "double", "tap", "tap"]);
  });

  test("a swipe to the side goes that way, a short one nowhere", () => {
    for (const to of [-200, 30, 200]) {
      gesture.down(200, 400, 0);
      gesture.move(200 + to, 404, 80);
      gesture.up(200 + to, 404, 120);
    }
    expect(told).toEqual(["side -1", "side 1"]);
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

  test("where a swipe leads is known before the finger is lifted, and that it leads nowhere any more", () => {
    gesture.down(100, 400, 0);
    for (const [y, at] of [[388, 32], [300, 64], [240, 80], [236, 400], [380, 700]] as const) gesture.move(100, y, at);
    expect(aims).toEqual([0, 1, 0]);
    gesture.up(100, 380, 900);
    expect(told).toEqual(["step 0"]);
  });

  test("holding is twice the speed until the finger is lifted, or kept by sliding up", () => {
    gesture.down(100, 400, 0);
    vi.advanceTimersByTime(400);
    gesture.up(100, 400, 900);
    gesture.down(100, 400, 1000);
    vi.advanceTimersByTime(400);
    gesture.move(100, 330, 1500);
    gesture.up(100, 330, 1600);
    expect(told).toEqual(["hold", "let go", "hold", "lock"]);
  });

  test("a sideways swipe does nothing", () => {
    gesture.down(100, 400, 0);
    gesture.move(200, 405, 40);
    gesture.up(100, 405, 60);
    expect(told).toEqual([]);
  });
});
