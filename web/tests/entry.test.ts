import { beforeEach, describe, expect, test, vi } from "vitest";
import { arrived, settleArrival, takeArrival } from "../src/phone/entry/arrival";
import { badgesOf, hallCodeOf, hallFlawOf, isForPhones, isStronger, waysOf } from "../src/phone/entry/proofs";
import { phaseOf, waitOf } from "../src/kiosk/screening/shown";
import { BALLOT_NEEDED, unreachable } from "../src/api/problem";
import { attempting, failed, hurried, newVote } from "../src/shared/outbox/rules";

const BADGE = "K7Q2M4XW9TGHJ3BCDN5PRSVYZ68";

describe("a badge as it is typed", () => {
  test("is taken in small letters, with spaces, or as the address of its QR code", () => {
    expect(badgesOf(`https://festival.example/b/${BADGE}?lang=ru`)).toEqual([BADGE]);
    expect(badgesOf(BADGE.toLowerCase())).toEqual([BADGE.toLowerCase(), BADGE]);
    expect(badgesOf(` ${BADGE.slice(0, 9)} ${BADGE.slice(9)}\n`)).toEqual([BADGE]);
  });

  test("of a list from elsewhere keeps its capitals", () => {
    expect(badgesOf("aB3_dE6-hI9kL2nO5qR8tU1")).toEqual(["aB3_dE6-hI9kL2nO5qR8tU1"]);
  });

  test("is nothing where it is too short", () => {
    expect(badgesOf("K7Q2")).toEqual([]);
  });
});

describe("a hall's code as it is typed", () => {
  test.each(["k7q2-m4xw", "K7Q2 M4XW", "Ｋ7Q2–M4XW", "K۷Q۲M۴XW", "http://festival.example/h/K7Q2M4XW"])("%s", (typed) => {
    expect(hallCodeOf(typed)).toBe("K7Q2M4XW");
  });

  test("is told apart from what cannot be one", () => {
    expect(["K7Q2M4XW", "K7Q2M4X", "K0Q2M4XW", ""].map(hallFlawOf)).toEqual([null, "length", "sign", "length"]);
  });
});

describe("ways to a ballot", () => {
  test("strongest first, and none where the phone is enough", () => {
    expect(waysOf({ tiers: ["email", "hall", "badge", "kiosk"] })).toEqual(["badge", "hall", "email"]);
    expect(waysOf({ tiers: ["device", "badge"] })).toEqual([]);
    expect([isForPhones({ tiers: ["kiosk"] }), isForPhones({ tiers: ["kiosk", "hall"] })]).toEqual([false, true]);
    expect([isStronger("badge", "hall"), isStronger("device", "email"), isStronger("hall", "hall")]).toEqual([true, false, false]);
  });

  test("a vote without a ballot waits, and goes as soon as there is one", () => {
    const vote = attempting(newVote("1", { award: 1, question: 2 }, { value: 4, choices: null }, 0, 10_000));
    const waiting = failed(vote, unreachable(BALLOT_NEEDED), 1_000, 1_000, () => 1);
    expect([waiting.state, waiting.problem, waiting.due_at > 1_000]).toEqual(["kept", BALLOT_NEEDED, true]);
    expect(hurried(waiting, 1_000, false).due_at).toBe(1_000);
  });
});

describe("an address that is a right", () => {
  const past = { state: null, replaceState: vi.fn() };
  beforeEach(() => {
    past.replaceState.mockClear();
    settleArrival("badge");
    settleArrival("hall");
  });

  test("loses its token and keeps the language", () => {
    takeArrival({ pathname: `/b/${BADGE}`, search: "?lang=zh" }, past);
    expect(past.replaceState).toHaveBeenCalledWith(null, "", "/b?lang=zh");
    expect([arrived("badge"), arrived("hall")]).toEqual([BADGE, null]);
    settleArrival("badge");
    expect(arrived("badge")).toBeNull();
  });

  test("of a hall is worth nothing after a minute", () => {
    vi.useFakeTimers();
    takeArrival({ pathname: "/h/K7Q2M4XW/", search: "" }, past);
    vi.advanceTimersByTime(59_000);
    expect(arrived("hall")).toBe("K7Q2M4XW");
    vi.advanceTimersByTime(2_000);
    expect(arrived("hall")).toBeNull();
    vi.useRealTimers();
  });

  test("of a film stays as it is", () => {
    takeArrival({ pathname: "/s/kite-season", search: "" }, past);
    expect(past.replaceState).not.toHaveBeenCalled();
  });
});

describe("the hall's screen", () => {
  const times = { starts_at: "2026-11-26T18:00:00Z", ends_at: "2026-11-26T20:00:00Z" };

  test("knows before from after", () => {
    expect(phaseOf({ ...times, code: null, now: "2026-11-26T17:59:50Z" })).toBe("before");
    expect(phaseOf({ ...times, code: null, now: "2026-11-26T20:00:00Z" })).toBe("after");
    expect(phaseOf({ ...times, code: "K7Q2M4XW", now: "2026-11-26T19:00:00Z" })).toBe("open");
  });

  test("asks again when the code changes, the showing begins or it ends", () => {
    expect(waitOf({ ...times, now: "2026-11-26T19:00:20Z", seconds_left: 10 })).toBe(10_000);
    expect(waitOf({ ...times, now: "2026-11-26T17:59:55Z", seconds_left: 20 })).toBe(5_000);
    expect(waitOf({ ...times, now: "2026-11-26T19:59:58Z", seconds_left: 20 })).toBe(2_000);
    expect(waitOf({ ...times, now: "2026-11-26T21:00:00Z", seconds_left: 0.01 })).toBe(250);
  });
});
