import { beforeEach, describe, expect, test, vi } from "vitest";
import { viewingOf } from "../src/phone/player/viewing";

const DAY = 24 * 3600 * 1000;
const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
});

describe("the viewing of a series", () => {
  test("is one random number for all of its episodes", () => {
    const first = viewingOf("window-43", 0);
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(viewingOf("window-43", 29 * DAY)).toBe(first);
    expect(viewingOf("window-43", 58 * DAY)).toBe(first);
  });

  test("is another one for another series", () => {
    expect(viewingOf("a", 0)).not.toBe(viewingOf("b", 0));
  });

  test("is new after thirty days of rest, and where the clock went back", () => {
    const first = viewingOf("a", 0);
    const second = viewingOf("a", 30 * DAY);
    expect(second).not.toBe(first);
    expect(viewingOf("a", 0)).not.toBe(second);
  });

  test("is forgotten with the time, so that no long list of what was watched is kept", () => {
    for (let number = 0; number < 150; number += 1) viewingOf(`series-${String(number)}`, number);
    expect(Object.keys(JSON.parse([...kept.values()][0] ?? "{}") as object)).toHaveLength(100);
    viewingOf("later", 40 * DAY);
    expect(Object.keys(JSON.parse([...kept.values()][0] ?? "{}") as object)).toEqual(["later"]);
  });

  test("is not taken from anything else that a phone keeps", () => {
    kept.set("tallscreen.settings", "{}");
    viewingOf("a", 0);
    expect([...kept.keys()].sort()).toEqual(["tallscreen.settings", "tallscreen.viewings"]);
  });
});
