import { expect, test } from "vitest";
import { isSlug, slugOf } from "../../src/studio/pages/slug";

test.each([
  ["The Last Trolleybus", "the-last-trolleybus"],
  ["Последний троллейбус", "posledniy-trolleybus"],
  ["Window 43!", "window-43"],
  ["Oʻzbek qissasi", "ozbek-qissasi"],
  ["Été à Минск", "ete-a-minsk"],
  ["灯笼巷尽头", ""],
])("%s", (title, slug) => {
  expect(slugOf(title)).toBe(slug);
  expect(slug === "" || isSlug(slug)).toBe(true);
});

test("an address has no edges and no doubles", () => {
  expect(["a--b", "-a", "a-", "A", "", "ä"].map(isSlug)).toEqual([false, false, false, false, false, false]);
});
