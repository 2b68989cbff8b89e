import { expect, test } from "vitest";
import { nextHour, toLocal, toMoment } from "../src/shared/crew/moments";

test("a time typed at the desk is meant on the festival's clocks", () => {
  expect(toMoment("2026-11-14T22:00", "Asia/Almaty")?.toISOString()).toBe("2026-11-14T17:00:00.000Z");
  expect(toMoment("2026-07-01T00:30", "Europe/Berlin")?.toISOString()).toBe("2026-06-30T22:30:00.000Z");
});

test("what is shown is what was typed, on both sides of a clock change", () => {
  for (const local of ["2026-10-25T01:30", "2026-10-25T04:30", "2026-03-29T01:30", "2026-03-29T03:30"]) {
    expect(toLocal(toMoment(local, "Europe/Berlin") ?? new Date(0), "Europe/Berlin")).toBe(local);
  }
});

test("an empty field is no time", () => {
  expect(toMoment("", "UTC")).toBeNull();
});

test("the next hour is full, on the festival's clocks", () => {
  expect(nextHour(new Date("2026-11-14T17:20:00Z"), "Asia/Kolkata")).toBe("2026-11-14T23:00");
});
