import { expect, test } from "vitest";
import { draftOf, rulesOf, wrongIn } from "../../src/desk/parts/section-draft";
import type { SectionRef } from "../../src/api/types";

const SECTION: SectionRef = {
  id: 1, slug: "main", name: { en: "Main", ru: "Основной" }, landscape: "refuse", opens_at: null, closes_at: "2026-12-24T18:00:00Z",
  min_seconds: 60, max_seconds: 180, min_episodes: null, max_episodes: 80, subtitle_langs: ["en"], ai_rule: "disclose",
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

test("what contradicts itself is found before it is sent", () => {
  const draft = { ...draftOf(SECTION, " ", ZONE), opens: "2026-12-24T23:00", minSeconds: "200", minEpisodes: "9" };
  expect(wrongIn(draft)).toEqual({ name: true, closes: true, seconds: true });
  expect(wrongIn(draftOf(SECTION, "Main", ZONE))).toEqual({});
});
