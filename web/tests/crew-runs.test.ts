import { expect, test } from "vitest";
import { rangeOf, sayRuns, toRuns } from "../src/shared/crew/runs";
import { offsetOf } from "../src/shared/crew/zones";

test("numbers that follow each other are said together", () => {
  const said = (...numbers: number[]): string => sayRuns(toRuns(numbers), String);
  expect(said(9, 1, 3, 2, 7, 12, 11)).toBe("1–3, 7, 9, 11, 12");
  expect([said(), said(4)]).toEqual(["", "4"]);
});

test("a zone is said by how far its clocks are ahead at that moment", () => {
  const winter = new Date("2026-12-24T13:00:00Z");
  const summer = new Date("2026-07-01T13:00:00Z");
  expect([offsetOf(winter, "Asia/Almaty"), offsetOf(winter, "America/St_Johns"), offsetOf(winter, "UTC")]).toEqual(["UTC+5", "UTC−3:30", "UTC"]);
  expect([offsetOf(winter, "Europe/Berlin"), offsetOf(summer, "Europe/Berlin")]).toEqual(["UTC+1", "UTC+2"]);
});

test("a range is said with the sides it has", () => {
  const said = (from: number | null, to: number | null): string => rangeOf(from, to, String);
  expect([said(60, 180), said(10, 10), said(10, null), said(null, 80), said(null, null)]).toEqual(["60–180", "10", "≥ 10", "≤ 80", ""]);
});
