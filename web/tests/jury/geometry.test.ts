import { describe, expect, test } from "vitest";
import { coursesOf, dotsOf, isContested, pathOf, spreadOf, winnersOf, type Ranked } from "../../src/shared/panel/geometry";

const THREE: Ranked[] = [
  { title: 1, places: [1, 2, 1] },
  { title: 2, places: [2, 1, 2] },
  { title: 3, places: [3, 3, null] },
];

describe("the courses of titles through three orders", () => {
  test("stand at the start, the middle and the end, best on top", () => {
    const [first] = coursesOf(THREE);
    expect(first?.stops.map((stop) => [stop?.along, stop?.row])).toEqual([[0, 0], [0.5, 1], [1, 0]]);
  });

  test("end where an order leaves a title out", () => {
    expect(coursesOf(THREE)[2]?.stops[2]).toBeNull();
  });

  test("of titles that share a place have rows of their own and say so", () => {
    const courses = coursesOf([{ title: 7, places: [1] }, { title: 8, places: [1] }, { title: 9, places: [3] }]);
    expect(courses.map(({ stops }) => [stops[0]?.row, stops[0]?.place, stops[0]?.shared])).toEqual([[0, 1, true], [1, 1, true], [2, 3, false]]);
  });

  test("are drawn through the middle of their rows, with a break at a gap", () => {
    const course = coursesOf(THREE)[0]?.stops ?? [];
    expect(pathOf(course, 200, 40)).toBe("M0,20C50,20 50,60 100,60C150,60 150,20 200,20");
    expect(pathOf([course[0] ?? null, null, course[2] ?? null], 200, 40)).toBe("M0,20M200,20");
  });
});

describe("who wins", () => {
  test("depends on the way of counting where two of them disagree", () => {
    expect(winnersOf(THREE)).toEqual([[1], [2], [1]]);
    expect(isContested(winnersOf(THREE))).toBe(true);
  });

  test("does not where all say the same, in whatever order those of one place are named", () => {
    expect(isContested([[1, 2], [2, 1], [1, 2]])).toBe(false);
    expect(isContested([[1], [], [1]])).toBe(false);
  });

  test("is nobody without titles", () => {
    expect(winnersOf([])).toEqual([]);
    expect(isContested([])).toBe(false);
  });
});

describe("the dots of one title", () => {
  test("lie along the scale, equal ones upon each other", () => {
    const dots = dotsOf([{ who: 1, value: 1 }, { who: 2, value: 6 }, { who: 3, value: 6 }, { who: 4, value: 3.5 }], 1, 6);
    expect(dots.map(({ along, level }) => [along, level])).toEqual([[0, 0], [1, 0], [1, 1], [0.5, 0]]);
  });

  test("never leave the scale", () => {
    expect(dotsOf([{ who: 1, value: 9 }], 1, 6)[0]?.along).toBe(1);
  });

  test("are as far apart as the highest is from the lowest", () => {
    expect(spreadOf([4, 2.5, 6])).toBe(3.5);
    expect(spreadOf([])).toBe(0);
  });
});
