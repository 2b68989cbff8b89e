import { expect, test } from "vitest";
import { hoursOf } from "../../src/desk/awards/hours";

const row = (hour: string, tier: string, ballots: number) => ({ hour: `2026-11-14T${hour}:00:00Z`, tier, ballots }) as never;

test("hours without a ballot are there, and tiers of one hour are one bar", () => {
  const hours = hoursOf([row("18", "device", 4), row("18", "badge", 2), row("20", "device", 1)]);

  expect(hours.map(({ ballots }) => ballots)).toEqual([6, 0, 1]);
  expect(hours[0]?.tiers).toEqual({ device: 4, badge: 2 });
});

test("nothing is no hour", () => {
  expect(hoursOf([])).toEqual([]);
});
