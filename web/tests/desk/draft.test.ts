import { describe, expect, test } from "vitest";
import { check, METHODS, newDraft, toAward, type Draft } from "../../src/desk/awards/draft";

const NOW = new Date("2026-11-10T10:00:00Z");
const ZONE = "Asia/Almaty";

function draft(changes: Partial<Draft> = {}): Draft {
  const made = newDraft(["en"], "2026-11-12T10:00", "2026-11-14T22:00");
  return { ...made, slug: "audience", texts: [{ lang: "en", name: " Audience Award " }, { lang: "ru", name: "" }], ...changes };
}

describe("what is wrong with an award", () => {
  test("nothing, as it is suggested and named", () => {
    expect(check(draft(), ZONE, NOW)).toEqual({});
  });

  test.each<[string, Partial<Draft>, string[]]>([
    ["no name", { texts: [{ lang: "en", name: " " }] }, ["name"]],
    ["an address with spaces", { slug: "a b" }, ["slug"]],
    ["a close before the opening", { closes: "2026-11-12T09:00" }, ["closes"]],
    ["a close in the past", { opens: "2026-11-01T09:00", closes: "2026-11-10T14:00" }, ["closes"]],
    ["no times", { opens: "", closes: "" }, ["opens", "closes"]],
    ["a long grace", { grace: 601 }, ["grace"]],
    ["a limit below one", { kind: "ranking", choices: 0 }, ["choices"]],
    ["a minimum without its number", { minimum: "count", votes: null }, ["minimum"]],
    ["a weighted mean without a number of votes", { method: "imdb", minimum: "auto" }, ["minimum"]],
    ["a watch rule without a number", { watch: true, watchEpisodes: null, watchPercent: null }, ["watch"]],
  ])("%s", (_, changes, fields) => {
    expect(Object.keys(check(draft(changes), ZONE, NOW)).sort()).toEqual(fields.sort());
  });

  test("nobody who may vote, and a weight that is none", () => {
    const one = draft();
    one.tiers.device.on = false;
    expect(check(one, ZONE, NOW)).toEqual({ tiers: "desk.new.tiers_wrong" });
    one.tiers.badge = { on: true, weight: null };
    expect(check(one, ZONE, NOW)).toEqual({ tiers: "desk.new.weights_wrong" });
  });
});

describe("what is sent", () => {
  test("times of the zone, names that are given, weights that are not one", () => {
    const one = draft({ watch: true, watchEpisodes: null, watchPercent: 50, minimum: "share", percent: 10, choices: 3 });
    one.tiers.hall = { on: true, weight: 0.5 };
    expect(toAward(one, ZONE)).toEqual({
      slug: "audience", name: { en: "Audience Award" }, opens_at: "2026-11-12T05:00:00.000Z", closes_at: "2026-11-14T17:00:00.000Z", grace_seconds: 60,
      board: "turnout", section: null, kind: "stars", entries: "series", choices: null, method: "mean", tiers: ["hall", "device"], weights: { hall: 0.5 },
      minimum: { rule: "share", share: 0.1 }, watch: { episodes: null, share: 0.5 }, receipts: true,
    });
  });

  test("a limit only where a ballot has many choices", () => {
    expect(toAward(draft({ kind: "approval", method: METHODS.approval[0], choices: 3 }), ZONE)).toMatchObject({ choices: 3, method: "plurality", watch: null });
  });
});
