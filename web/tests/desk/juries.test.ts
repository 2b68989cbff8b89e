import { describe, expect, test } from "vitest";
import type { JuryPage } from "../../src/api/jury";
import { draftFrom, spreadOf, toAssignment, toggled } from "../../src/desk/juries/assigning";
import { check, draftOf, gradesOf, missingWeight, newCriterion, spreadWeights, toJury, type JuryDraft } from "../../src/desk/juries/draft";

const ZONE = "Asia/Almaty";

function draft(changes: Partial<JuryDraft> = {}): JuryDraft {
  const criteria = [{ ...newCriterion(60), name: "Story in short form", anchors: { "6": " It stays. ", "9": "no such grade" } }, { ...newCriterion(40), name: "Кадр" }];
  const members = [{ email: "farida@jury.example", affiliation: "Depot", chair: true }, { email: " ", affiliation: "", chair: false }];
  return { ...draftOf(null, "en", ZONE), name: "Main jury", award: "Best series", criteria, members, ...changes };
}

describe("what is wrong with a jury", () => {
  test("nothing, as it is here", () => {
    expect(check(draft())).toEqual({});
  });

  test.each<[string, Partial<JuryDraft>, string[]]>([
    ["no name in any language", { name: " " }, ["name"]],
    ["no award", { award: "" }, ["award"]],
    ["weights below a hundred", { criteria: [{ ...newCriterion(99.9), name: "Story" }] }, ["weights"]],
    ["a weight of nothing", { criteria: [{ ...newCriterion(100), name: "Story" }, { ...newCriterion(0), name: "Sound" }] }, ["weights"]],
    ["a criterion without a name", { criteria: [newCriterion(100)] }, ["criteria"]],
    ["a scale upside down", { least: 6, most: 1 }, ["scale"]],
    ["no juror", { members: [] }, ["members", "chair"]],
    ["the same juror twice", { members: [{ email: "a@b.c", affiliation: "", chair: true }, { email: "A@b.c", affiliation: "", chair: false }] }, ["members"]],
    ["nobody in the chair", { members: [{ email: "a@b.c", affiliation: "", chair: false }] }, ["chair"]],
  ])("%s", (_, changes, fields) => {
    expect(Object.keys(check(draft(changes))).sort()).toEqual(fields.sort());
  });
});

describe("weights", () => {
  test("miss what is left to a hundred, to a tenth", () => {
    expect(missingWeight([newCriterion(33.3), newCriterion(33.3), newCriterion(33.3)])).toBe(0.1);
    expect(missingWeight([newCriterion(80), newCriterion(30)])).toBe(-10);
  });

  test.each([1, 3, 7, 12])("spread over %i make a hundred", (count) => {
    const weights = spreadWeights(count);
    expect(weights).toHaveLength(count);
    expect(missingWeight(weights.map(newCriterion))).toBe(0);
  });
});

describe("a jury as it is sent", () => {
  test("has weights in thousandths, keys of its own and no text for a grade that is not there", () => {
    const { rubric, members, meets_at } = toJury(draft({ meets: "2026-11-13T10:00" }), ZONE);
    expect(rubric).toEqual({
      least: 1, most: 6,
      criteria: [
        { key: "story-in-short-form", name: { en: "Story in short form" }, weight: 600, required: true, anchors: { "6": { en: "It stays." } } },
        { key: "criterion-2", name: { en: "Кадр" }, weight: 400, required: true, anchors: {} },
      ],
    });
    expect(members).toEqual([{ email: "farida@jury.example", affiliation: "Depot", chair: true }]);
    expect(meets_at).toBe("2026-11-13T05:00:00.000Z");
  });

  test("gives two criteria of one name two keys", () => {
    const twice = draft({ criteria: [{ ...newCriterion(50), name: "Sound" }, { ...newCriterion(50), name: "Sound" }] });
    expect(toJury(twice, ZONE).rubric.criteria.map(({ key }) => key)).toEqual(["sound", "sound-2"]);
  });

  test("keeps what other languages say", () => {
    const page: JuryPage = {
      id: 1, name: { en: "Main jury", ru: "Жюри" }, award: { en: "Best" }, section: 4, meets_at: null, rounds: [], visibility: "never", blind: ["scoring"], must_see: 2, frozen: false,
      rubric: { least: 1, most: 6, criteria: [{ key: "story", name: { en: "Story", ru: "История" }, weight: 1000, required: true, anchors: { "6": { ru: "Остаётся." } } }] },
      members: [{ id: 2, name: "F", email: "f@jury.example", chair: true, affiliation: "" }],
    };
    const made = draftOf(page, "en", ZONE);
    made.name = "The jury";
    const sent = toJury(made, ZONE);
    expect(sent).toMatchObject({ name: { en: "The jury", ru: "Жюри" }, section: 4, must_see: 2, blind: ["scoring"] });
    expect(sent.rubric.criteria[0]).toMatchObject({ key: "story", name: { en: "Story", ru: "История" }, anchors: { "6": { ru: "Остаётся." } } });
  });
});

test("grades are named from the best down, where they are few", () => {
  expect(gradesOf({ least: 1, most: 3 })).toEqual([3, 2, 1]);
  expect(gradesOf({ least: 0, most: 100 })).toEqual([]);
  expect(gradesOf({ least: null, most: 6 })).toEqual([]);
});

describe("assignment", () => {
  const members = [{ id: 1 }, { id: 2 }];

  test("sends only what its kind asks for", () => {
    const made = draftFrom("each", [{ juror: 1, series: [10, 11] }], members);
    expect(toAssignment(made, members)).toEqual({ kind: "each", series: [{ juror: 1, series: [10, 11] }, { juror: 2, series: [] }] });
    expect(toAssignment({ ...made, kind: "balanced" }, members)).toEqual({ kind: "balanced", jurors_each: 2 });
    expect(toAssignment({ ...made, kind: "all" }, members)).toEqual({ kind: "all" });
  });

  test("tells how even it is and what nobody has", () => {
    expect(spreadOf([{ juror: 1, series: [10, 11] }, { juror: 2, series: [10] }], [10, 11, 12])).toEqual({ fewest: 1, most: 2, orphans: [12] });
  });

  test("is changed one by one", () => {
    expect(toggled([1, 2], 2)).toEqual([1]);
    expect(toggled([1], 2)).toEqual([1, 2]);
  });
});
