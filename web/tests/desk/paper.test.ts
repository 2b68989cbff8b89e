import { describe, expect, test } from "vitest";
import { cleaned, keysOf, merged, nextPlace, read, type Form, type Reading } from "../../src/desk/paper/typed";

const entries = [3, 7, 12].map((number) => ({ id: number * 10, number, title: { en: `Film ${String(number)}` }, episode: null }));
const form = (kind: Form["kind"], min: number, max: number): Form => ({ kind, min, max, entries });
const stars = form("stars", 1, 5);
const ranking = form("ranking", 1, 50);

describe("read", () => {
  test.each([
    ["3.5", [{ entry: 30, value: 5 }]],
    ["3.5 12.1", [{ entry: 30, value: 5 }, { entry: 120, value: 1 }]],
    ["3.512.1", [{ entry: 30, value: 5 }, { entry: 120, value: 1 }]],
    ["3,5+7*2", [{ entry: 30, value: 5 }, { entry: 70, value: 2 }]],
  ])("%s is values of films", (text, values) => {
    expect(read(text, stars, null)).toMatchObject({ marks: { values }, wrong: null });
  });

  test.each([
    ["3", "unfinished"], ["3.", "unfinished"], ["4.5", "entry"], ["3.6", "value"], ["3.5 3.4", "twice"], ["3.5 .", "unfinished"], ["+", "unfinished"],
  ])("%s is not ready: %s", (text, why) => {
    expect(read(text, stars, null)).toMatchObject({ marks: null, wrong: { why } });
  });

  test("one digit is enough where all sheets are about one film", () => {
    expect(read("4", stars, 70).marks).toEqual({ values: [{ entry: 70, value: 4 }] });
    expect(read("44", stars, 70)).toMatchObject({ marks: null, wrong: { why: "value" } });
    expect(read("0", form("yesno", 0, 1), 70).marks).toEqual({ values: [{ entry: 70, value: 0 }] });
  });

  test("choices keep the order in which they stand", () => {
    expect(read("12 3+7", ranking, null).marks).toEqual({ choices: [120, 30, 70] });
    expect(read("7", form("favourite", 1, 1), null).marks).toEqual({ choices: [70] });
  });

  test.each([
    [form("favourite", 1, 1), "3 7", "many"], [form("approval", 0, 2), "3 7 12", "many"], [ranking, "3 3", "twice"], [ranking, "3 9", "entry"],
  ])("%o: %s is refused: %s", (award, text, why) => {
    expect(read(text, award, null)).toMatchObject({ marks: null, wrong: { why } });
  });

  test("a dash is a sheet without a vote, and nothing is nothing", () => {
    expect(read("-", stars, null).marks).toEqual({ spoilt: true });
    expect(read("  ", stars, null)).toEqual({ marks: null, named: [], wrong: null });
  });

  test.each(["3.5 12.1", "7.2"])("%s is said again by its keys", (text) => {
    const { marks } = read(text, stars, null);
    expect(marks && keysOf(marks, stars, null)).toBe(text);
  });
});

test("digits of any keyboard become figures, and nothing else comes in", () => {
  expect(cleaned("۳٫۵ a٧")).toBe("3.5 7");
});

describe("readings", () => {
  const reading = (place: number, turn: number, sent: number, id = `id-${String(place)}`): Reading => ({ id, place, turn, marks: { spoilt: true }, sent });

  test("the next sheet is the first that was not read, also in between", () => {
    const some = new Map([[1, reading(1, 1, 1)], [2, { ...reading(2, 2, 2), marks: null }], [3, reading(3, 1, 1)]]);
    expect(nextPlace([1, 2, 3, 4], some)).toBe(2);
    expect(nextPlace([1, 3], some)).toBeNull();
  });

  test("what was keyed without network wins over the server's older word, and the server's over an older one here", () => {
    const both = merged([reading(1, 3, 1), reading(2, 1, 1)], [reading(1, 1, 0), reading(2, 4, 0)].map(({ id, place, turn, marks }) => ({ id, place, turn, marks })));
    expect([both.get(1)?.turn, both.get(1)?.sent, both.get(2)?.turn, both.get(2)?.sent]).toEqual([3, 1, 4, 4]);
  });
});
