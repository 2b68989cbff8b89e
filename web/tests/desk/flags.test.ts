import { expect, test } from "vitest";
import type { Flag } from "../../src/api/types";
import { entryOf, sayFlag } from "../../src/desk/awards/flags";
import { part, scaleOf } from "../../src/shared/result";
import { csvOf } from "../../src/desk/voters/sheets";
import english from "../../src/words/en/desk.json";
import { render, type Message } from "../../src/shared/messages";

const words = {
  say: (key: string, values = {}) => render((english as Record<string, Message>)[key] ?? key, values, { locale: "en" }),
  percent: (value: number) => `${String(Math.round(value * 100))} %`,
  number: (value: number) => String(Math.round(value * 10) / 10),
};
const flag = (what: Flag["what"], numbers: Flag["numbers"], subject = "entry:7"): Flag => ({
  id: 1, what, subject, numbers, ballots: 40, sample: [], under_review: 0, void: 0, raised_at: "2026-11-14T17:00:00Z",
  quarantined_at: null, settled_at: null, settled_by: null, outcome: null,
});
const say = (one: Flag) => sayFlag(one, new Map([[7, "Window 43"]]), words, () => "21:04");

test("a flag's numbers stand in its sentence", () => {
  expect(say(flag("single_entry", { ballots: 50, odd: 40, share: 0.8, usual: 0.1, sigmas: 16 }))).toBe(
    "40 of 50 ballots for “Window 43” voted for nothing else: 80 %. For the others it is 10 %.",
  );
  expect(say(flag("burst", { votes: 90, expected: 4.2, sigmas: 42, minutes: 80, minute: "2026-11-14T17:00:00Z", others: 3 }, "entry:7 2026-11-14T17:00"))).toContain("90 votes in the minute of 21:04");
  expect(say(flag("one_network", { ballots: 140, next: 12, entry: null, supporters: 0, share: 0, usual: 0 }, "network:ab"))).toContain("the next largest has 12");
});

test("votes from a kiosk that wait say why", () => {
  const kiosk = { kiosk: 3, votes: 4, after_closing: 12, uncertainty: 20 };
  expect(say(flag("kiosk", { ...kiosk, reason: "late" }, "kiosk:3 late"))).toContain("up to 12 s after voting closed, and its time is certain to 20 s only");
  expect(say(flag("kiosk", { ...kiosk, reason: "too-many" }, "kiosk:3 too-many"))).toContain("more than the people");
  expect(entryOf({ subject: "kiosk:3 late", numbers: kiosk })).toBeNull();
});

test("a number that is missing leaves no hole in the sentence", () => {
  expect(say(flag("too_fast", { ballots: 40 }))).toBe("40 ballots stand out.");
});

test("the entry is the one named in the numbers, or in the subject", () => {
  expect(entryOf({ subject: "entry:7 x", numbers: {} })).toBe(7);
  expect(entryOf({ subject: "network:12", numbers: { entry: 9 } })).toBe(9);
  expect(entryOf({ subject: "ballot:7", numbers: {} })).toBeNull();
});

test("a bar has the length of its share of the full scale", () => {
  const ranked = [{ score: 40 }, { score: 10 }] as never;
  expect(part(4, { method: "mean", kind: "stars", ranked }, 5)).toBe(0.8);
  expect(part(0.25, { method: "wilson", kind: "approval", ranked }, 1)).toBe(0.25);
  expect(part(10, { method: "borda", kind: "ranking", ranked }, 3)).toBe(0.25);
  expect(scaleOf({ method: "majority_judgment", kind: "grades" })).toBe("mark");
});

test("a label with a comma stays one cell", () => {
  expect(csvOf([{ label: 'Ann, "press"', token: "t", url: "u" }])).toBe('label,token,url\n"Ann, ""press""",t,u\n');
});
