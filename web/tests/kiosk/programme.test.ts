import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Manifest, ManifestSeries, Rating } from "../../src/kiosk/device/manifest";
import { localTime, planAt, type Planned } from "../../src/kiosk/device/programme";

interface Case {
  what: string;
  at: string;
  asleep: boolean;
  limit: Rating;
  items: [number | "wall", number][];
}

interface Told {
  films: { section: number; series: number; episode: number; number: number; rating: Rating }[];
  plans: { plan: Manifest["programme"]; cases: Case[] }[];
}

/** The same cases as tests/kiosk/test_programme_rules.py: the desk previews what the screen plays. */
const told = JSON.parse(readFileSync(join(import.meta.dirname, "../../../tests/kiosk/programme_cases.json"), "utf8")) as Told;

const series = [...new Set(told.films.map((film) => film.series))].map((id) => {
  const films = told.films.filter((film) => film.series === id);
  const episodes = films.map(({ episode, number, rating }) => ({ id: episode, number, rating }));
  return { id, section: films[0]?.section, rating: "0+", episodes } as unknown as ManifestSeries;
});

function nameOf(planned: Planned): [number | "wall", number] {
  if (planned.kind === "wall") return ["wall", planned.award];
  return [planned.series, told.films.find(({ episode }) => episode === planned.episode)?.number ?? 0];
}

describe.each(told.plans)("plan %#", ({ plan, cases }) => {
  test.each(cases)("$what", ({ at, asleep, limit, items }) => {
    const time = localTime(Date.parse(`${at}Z`), "UTC");
    const found = planAt({ programme: plan, series }, time);

    expect({ asleep: found.asleep, limit: found.limit, items: found.items.map(nameOf) }).toEqual({ asleep, limit, items });
  });
});

test("hours are those of the hall, wherever the screen's clock thinks it is", () => {
  expect(localTime(Date.parse("2026-11-29T20:30:00Z"), "Asia/Almaty")).toEqual({ minute: 90, day: 1 });
  expect(localTime(Date.parse("2026-11-29T19:00:00Z"), "Asia/Almaty")).toEqual({ minute: 0, day: 1 });
});
