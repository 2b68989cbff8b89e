import { describe, expect, test } from "vitest";
import type { Criterion, Rubric } from "../../src/api/jury";
import { buttonsOf, meanOf, nextOpen, nextTitle, orderOf, scaleOf, standingOf, isOver, type Stand } from "../../src/jury/sheet/rules";
import { slid, stepped } from "../../src/jury/lock/slide";
import { actOf, nameOf, type KeyActs } from "../../src/jury/title/keys";

const criterion = (key: string, weight: number, required = true): Criterion => ({ key, name: { en: key }, weight, required, anchors: {} });
const rubric: Rubric = { least: 1, most: 6, criteria: [criterion("story", 400), criterion("frame", 300), criterion("acting", 200), criterion("sound", 100)] };

describe("a sheet", () => {
  test("comes to the weighted mean of its grades", () => {
    expect(meanOf(rubric, { story: 5, frame: 4, acting: 5, sound: 3 })).toEqual({ mean: 4.5, whole: true });
  });

  test("that is not whole comes to the mean of what is there, and says so", () => {
    expect(meanOf(rubric, { story: 5, frame: 4 })).toEqual({ mean: 3200 / 700, whole: false });
    expect(meanOf(rubric, {})).toBeNull();
  });

  test("is whole without a grade that is optional", () => {
    const optional = { criteria: [criterion("story", 900), criterion("sound", 100, false)] };
    expect(meanOf(optional, { story: 4 })).toEqual({ mean: 4, whole: true });
  });

  test("goes on with the next criterion that has no grade, and stays where all have one", () => {
    expect(nextOpen(rubric.criteria, { story: 5, frame: 4 }, 1)).toBe(2);
    expect(nextOpen(rubric.criteria, { sound: 2, acting: 2 }, 3)).toBe(0);
    expect(nextOpen(rubric.criteria, { story: 1, frame: 1, acting: 1, sound: 1 }, 2)).toBe(2);
  });

  test("has a button for each grade, unless there are too many", () => {
    expect(buttonsOf(scaleOf({}))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(buttonsOf(scaleOf({ least: 0, most: 100 }))).toEqual([]);
  });
});

describe("where a title stands", () => {
  const stand: Stand = { seen: false, begun: false, whole: false, skipped: false, recused: false };
  test.each<[Partial<Stand>, string, boolean]>([
    [{}, "new", false],
    [{ begun: true }, "begun", false],
    [{ seen: true, begun: true }, "seen", false],
    [{ whole: true, begun: true }, "scored", false],
    [{ seen: true, whole: true }, "done", true],
    [{ skipped: true, whole: true, seen: true }, "skipped", true],
    [{ recused: true, skipped: true }, "recused", true],
  ])("case %#", (change, standing, over) => {
    const found = standingOf({ ...stand, ...change });
    expect([found, isOver(found)]).toEqual([standing, over]);
  });
});

describe("the order so far", () => {
  test("has the best on top, and one rank for those of one mean", () => {
    const means = [{ series: 3, mean: 4.1, whole: true }, { series: 1, mean: 5.2, whole: true }, { series: 2, mean: 4.1000001, whole: false }];
    expect(orderOf(means).map(({ series, rank }) => [series, rank])).toEqual([[1, 1], [2, 2], [3, 2]]);
  });

  test("is followed to the next title that asks for something, round its end", () => {
    const items = [{ series: 1 }, { series: 2 }, { series: 3 }];
    expect(nextTitle(items, 2, () => false)?.series).toBe(3);
    expect(nextTitle(items, 3, ({ series }) => series === 1)?.series).toBe(2);
    expect(nextTitle(items, 1, () => true)).toBeNull();
  });
});

describe("the slide that locks", () => {
  test("counts how far the handle has come, in reading direction", () => {
    expect(slid({ from: 10, to: 60, way: 200, rtl: false })).toBe(0.25);
    expect(slid({ from: 210, to: 10, way: 200, rtl: true })).toBe(1);
    expect(slid({ from: 10, to: 60, way: 200, rtl: true })).toBe(0);
  });

  test("takes ten presses of a key, and no key jumps", () => {
    let at = 0;
    for (let press = 0; press < 9; press += 1) at = stepped(at, "ArrowRight", false) ?? at;
    expect([at, stepped(at, "ArrowRight", false), stepped(at, "End", false), stepped(0.5, "ArrowRight", true)]).toEqual([0.9, 1, null, 0.4]);
  });
});

describe("a key", () => {
  const done: string[] = [];
  const note = (name: string) => (value?: number) => { done.push(value === undefined ? name : `${name} ${String(value)}`); };
  const acts: KeyActs = { grade: note("grade"), criterion: note("criterion"), seek: note("seek"), toggle: note("toggle"), episode: note("episode"), note: note("note"), list: note("list") };

  test.each([
    ["5", false, "grade 5"],
    ["۵", true, "grade 5"],
    ["ArrowDown", false, "criterion 1"],
    ["ArrowLeft", false, "seek -1"],
    ["ArrowLeft", true, "seek 1"],
    [" ", false, "toggle"],
    ["]", false, "episode 1"],
    ["N", false, "note"],
    ["?", false, "list"],
  ])("%j, right-to-left %j", (key, rtl, what) => {
    done.length = 0;
    actOf(key, rtl, acts)?.();
    expect(done).toEqual([what]);
  });

  test("that means nothing does nothing", () => {
    expect(actOf("x", false, acts)).toBeNull();
  });

  test("is known by its place where it writes another letter", () => {
    expect(nameOf({ key: "т", code: "KeyN" })).toBe("n");
  });
});
