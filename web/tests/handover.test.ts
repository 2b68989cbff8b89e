import { describe, expect, test } from "vitest";
import { added, isSpent, today } from "../src/phone/data/day";
import { takeCode } from "../src/phone/handover/arrived";
import { codeOf, handed, isCode, received } from "../src/phone/handover/handing";
import { daysOf, isNow, isOver, itemsOf } from "../src/phone/schedule/days";
import { merge } from "../src/phone/handover/merge";
import type { Progress } from "../src/phone/store/progress";

const HERE: Progress = { bus: { last: 2, at: 100, episodes: { 1: { seconds: 90, duration: 90, done: true }, 2: { seconds: 10.04, duration: 90, done: false } } } };

describe("handing over", () => {
  test("comes out as it went in, to a tenth of a second", () => {
    const there = received(handed(HERE));
    expect(there["bus"]?.last).toBe(2);
    expect(there["bus"]?.episodes[2]).toEqual({ seconds: 10, duration: 90, done: false });
  });

  test("takes the newest series that fit into one request", () => {
    const episodes = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [index + 1, { seconds: 90, duration: 90, done: true }]));
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`series-${String(at)}`, { last: 1, at, episodes }]));
    const sent = handed(many);
    expect(JSON.stringify(sent).length).toBeLessThan(50_000);
    expect(sent[0]?.series).toBe("series-49");
    expect(sent.length).toBeGreaterThan(1);
  });

  test("a code may be typed carelessly, but not with signs it cannot have", () => {
    expect(codeOf(" k7q-2m4")).toBe("K7Q2M4");
    expect([isCode("K7Q2M4"), isCode("K7Q2M"), isCode("K7Q2MO"), isCode("К7Q2M4"), isCode("K7Q2MU")]).toEqual([true, false, false, false, false]);
  });

  test("a scanned code leaves the address before anybody sees it there", () => {
    const left: string[] = [];
    const place = { pathname: "/c", search: "?lang=ru", hash: "#K7Q2M4" };
    const past = { state: null, replaceState: (_: unknown, __: string, url: string) => { left.push(url); place.hash = ""; } } as unknown as History;
    expect(takeCode(place, past)).toBe("K7Q2M4");
    expect(left).toEqual(["/c?lang=ru"]);
    expect(takeCode({ pathname: "/s/bus", search: "", hash: "#K7Q2M4" }, past)).toBeNull();
  });

  test("what either device has seen is seen, and the later one's place counts", () => {
    const other: Progress = { bus: { last: 1, at: 200, episodes: { 1: { seconds: 5, duration: 90, done: false }, 3: { seconds: 1, duration: 90, done: false } } }, kites: { last: 1, at: 1, episodes: {} } };
    const both = merge(HERE, other);
    expect(both["bus"]?.last).toBe(1);
    expect(both["bus"]?.episodes[1]).toEqual({ seconds: 5, duration: 90, done: true });
    expect(Object.keys(both["bus"]?.episodes ?? {})).toEqual(["1", "2", "3"]);
    expect(both["kites"]?.at).toBe(1);
    expect(merge(other, HERE)).toEqual(both);
  });
});

describe("a day's megabytes", () => {
  test("are counted from nothing each day", () => {
    const first = added({ day: "2026-11-06", bytes: 900, more: 2000 }, 5, "2026-11-06");
    expect(first).toEqual({ day: "2026-11-06", bytes: 905, more: 2000 });
    expect(added(first, 7, "2026-11-07")).toEqual({ day: "2026-11-07", bytes: 7, more: 0 });
    expect(today(new Date(2026, 10, 7, 23, 59))).toBe("2026-11-07");
  });

  test("are used up at the budget, or at what was allowed for today", () => {
    const spent = { day: "2026-11-06", bytes: 1000, more: 0 };
    expect(isSpent(spent, 1000, "2026-11-06")).toBe(true);
    expect(isSpent(spent, 1001, "2026-11-06")).toBe(false);
    expect(isSpent({ ...spent, more: 1500 }, 1000, "2026-11-06")).toBe(false);
    expect(isSpent(spent, 1000, "2026-11-07")).toBe(false);
    expect(isSpent(spent, null, "2026-11-06")).toBe(false);
  });
});

describe("the schedule", () => {
  const screenings = [{ id: 1, name: { en: "Night" }, starts_at: "2026-11-07T18:00:00Z", ends_at: "2026-11-07T20:00:00Z" }];
  const awards = [{ id: 4, name: { en: "Audience" }, opens_at: "2026-11-06T08:00:00Z", closes_at: "2026-11-07T19:00:00Z" }];

  test("has screenings and the hours of voting in one order, by days", () => {
    const items = itemsOf(screenings, awards);
    expect(items.map(({ key }) => key)).toEqual(["opens-4", "screening-1", "closes-4"]);
    expect(daysOf(items).map((day) => day.items.length)).toEqual([1, 2]);
  });

  test("knows what runs now and what is over", () => {
    const [opens, screening] = itemsOf(screenings, awards);
    const now = Date.parse("2026-11-07T19:30:00Z");
    expect(screening && [isNow(screening, now), isOver(screening, now)]).toEqual([true, false]);
    expect(opens && [isNow(opens, now), isOver(opens, now)]).toEqual([false, true]);
  });
});
