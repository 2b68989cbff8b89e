import { expect, test } from "vitest";
import { toSend, wrongIn, written } from "../../src/desk/settings/draft";
import { withSponsor, type LoopItem } from "../../src/kiosk/hall/show";
import type { FestivalChange } from "../../src/api/types";

const DRAFT: FestivalChange = {
  name: { en: " Meridian ", fa: "" }, starts_on: "2026-11-06", ends_on: "2026-11-14", time_zone: "Asia/Almaty", place: { en: "" },
  offered: ["ru"], result_languages: [], contact: {}, privacy: { ru: "Имён нет." },
};

test("languages that were added and left empty are none", () => {
  expect(written({ en: " a ", ru: " " })).toEqual({ en: "a" });
  expect(toSend(DRAFT)).toEqual({ ...DRAFT, name: { en: "Meridian" }, place: {}, privacy: { ru: "Имён нет." } });
});

test("a festival has a name and ends after it starts", () => {
  expect(wrongIn(DRAFT)).toEqual({});
  expect(wrongIn({ ...DRAFT, name: { fa: " " }, ends_on: "2026-11-05" })).toEqual({ name: true, dates: true });
});

const wall = (award: number): LoopItem => ({ kind: "wall", key: `wall-${String(award)}`, award, seconds: 20 });
const sponsor = { name: { en: "Steppe Bank" }, card: "data:" };
const kinds = (items: readonly LoopItem[]): string => items.map(({ kind }) => kind[0]).join("");

test("the card of a sponsor comes between items, never in the place of one", () => {
  expect(kinds(withSponsor([1, 2, 3, 4, 5].map(wall), sponsor))).toBe("wwwwsw");
  expect(kinds(withSponsor([1, 2].map(wall), sponsor))).toBe("wws");
  expect(kinds(withSponsor([1, 2].map(wall), null))).toBe("ww");
  expect(withSponsor([], sponsor)).toEqual([]);
});

test("every item of a round has a key of its own", () => {
  const keys = withSponsor(Array.from({ length: 12 }, (_, at) => wall(at)), sponsor).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});
