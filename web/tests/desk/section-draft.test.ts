import { expect, test } from "vitest";
import { draftOf, rulesOf, wrongIn } from "../../src/desk/parts/section-draft";
import type { SectionRef } from "../../src/api/types";

const SECTION: SectionRef = {
  id: 1, slug: "main", name: { en: "Main", ru: "Основной" }, landscape: "refuse", opens_at: null, closes_at: "2026-12-24T18:00:00Z",
  min_seconds: 60, max_seconds: 180, min_episodes: null, max_episodes: 80, subtitle_langs: ["en"], ai_rule: "disclose",
  min_total_seconds: 600, max_total_seconds: null, ai_parts: [],
};
const ZONE = "Asia/Almaty";

test("a section that nobody changed is sent back as it was", () => {
  const { id, slug, ...rules } = SECTION;
  expect([id, slug]).toEqual([1, "main"]);
  expect(rulesOf(draftOf(SECTION, "Main", ZONE), SECTION.name, "en", ZONE)).toEqual({ ...rules, closes_at: "2026-12-24T18:00:00.000Z" });
});

test("the deadline is shown on the festival's clock", () => {
  expect(draftOf(SECTION, "Main", ZONE).closes).toBe("2026-12-24T23:00");
});

test("minutes of a series are told in seconds, and parts only where AI is not taken", () => {
  const draft = { ...draftOf(SECTION, "Main", ZONE), maxTotal: "12.5", aiParts: ["voice" as const] };
  expect([draft.minTotal, rulesOf(draft, {}, "en", ZONE).max_total_seconds]).toEqual(["10", 750]);
  expect(rulesOf(draft, {}, "en", ZONE).ai_parts).toEqual([]);
  expect(rulesOf({ ...draft, ai: "refuse" }, {}, "en", ZONE).ai_parts).toEqual(["voice"]);
});

test("what contradicts itself is found before it is sent", () => {
  const draft = { ...draftOf(SECTION, " ", ZONE), opens: "2026-12-24T23:00", minSeconds: "200", minEpisodes: "9", maxTotal: "9" };
  expect(wrongIn(draft)).toEqual({ name: true, closes: true, seconds: true, total: true });
  expect(wrongIn(draftOf(SECTION, "Main", ZONE))).toEqual({});
});
