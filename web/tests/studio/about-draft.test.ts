import { describe, expect, test } from "vitest";
import type { About } from "../../src/api/types";
import { draftOf, fieldsOf, isChanged, moved, saveOf, wrongIn } from "../../src/studio/about/draft";

const ABOUT: About = {
  version: 3, saved_at: null, saved_by: null, can_undo: false, locked: false, countries_enforced: false, time_zone: "Asia/Almaty",
  fields: {
    title: { en: "Night Bus", fa: "اتوبوس شب" }, synopsis: { en: "Night." }, genre: {}, notes: {}, original_lang: "ru", country: "BY", rating: "12+",
    credits: [{ part: "director", name: "Ann" }, { part: "writer", name: "Bo" }], companies: [], contact: { name: "A", email: "a@b.example", phone: "" },
    ai: { used: true, what: "Crowds", where: ["image"] }, rights: { begins: null, ends: "2026-12-24T13:00:00+00:00", rule: "only", countries: ["KZ", "BY"] },
  },
  episodes: [{ id: 7, number: 1, title: { en: "One" }, rating: null, notes: {} }, { id: 8, number: 2, title: {}, rating: "16+", notes: {} }],
};

describe("what is said of a series", () => {
  test("is not changed by being shown, also with languages that are still empty", () => {
    const draft = draftOf(ABOUT, ["zh", "en"]);
    expect(draft.texts.map(({ lang }) => lang)).toEqual(["en", "fa", "zh"]);
    expect(draft.ends).toBe("2026-12-24T18:00");
    expect(isChanged(draft, ABOUT)).toBe(false);
    expect(saveOf(draft, ABOUT).episodes).toEqual([]);
  });

  test("is sent without spaces and without what is empty", () => {
    const draft = draftOf(ABOUT, []);
    draft.texts.push({ lang: "kk", title: "  Түнгі автобус ", synopsis: " ", genre: "", notes: "" });
    draft.credits.push({ part: " ", name: "Nobody" }, { part: "Stunts", name: " Cy " }, { part: "cast", name: "" });
    draft.ai = "none";
    const fields = fieldsOf(draft, ABOUT.time_zone);
    expect(fields.title).toEqual({ en: "Night Bus", fa: "اتوبوس شب", kk: "Түнгі автобус" });
    expect(fields.synopsis).toEqual({ en: "Night." });
    expect(fields.credits.at(-1)).toEqual({ part: "Stunts", name: "Cy" });
    expect(fields.credits).toHaveLength(3);
    expect(fields.ai).toEqual({ used: false, what: "", where: [] });
    expect(isChanged(draft, ABOUT)).toBe(true);
  });

  test("sends only the episodes that changed", () => {
    const draft = draftOf(ABOUT, []);
    const second = draft.episodes[1];
    if (second) second.title["en"] = "Two";
    expect(saveOf(draft, ABOUT)).toMatchObject({ version: 3, episodes: [{ id: 8, title: { en: "Two" }, rating: "16+", notes: {} }] });
  });

  test("everywhere needs no countries", () => {
    const draft = draftOf(ABOUT, []);
    draft.rule = "everywhere";
    expect(fieldsOf(draft, ABOUT.time_zone).rights.countries).toEqual([]);
    expect(wrongIn(draft)).toEqual({});
  });

  test("what would be refused is found before it is sent", () => {
    const draft = draftOf(ABOUT, []);
    for (const text of draft.texts) text.title = " ";
    draft.contact.email = "nobody";
    draft.begins = draft.ends;
    draft.countries = [];
    expect(wrongIn(draft)).toEqual({ title: true, email: true, ends: true, countries: true });
  });
});

test("one of a list goes a place up or down and stays at the ends", () => {
  expect(moved([1, 2, 3], 1, -1)).toEqual([2, 1, 3]);
  expect(moved([1, 2, 3], 1, 1)).toEqual([1, 3, 2]);
  expect([moved([1, 2], 0, -1), moved([1, 2], 1, 1)]).toEqual([[1, 2], [1, 2]]);
});
