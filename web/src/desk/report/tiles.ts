/** The figures of a report that are looked at first. */

import type { Report } from "../../api/types";
import { words } from "../../shared/words.svelte";

export type TileKey = "submitted" | "accepted" | "episodes" | "viewers" | "minutes" | "completed" | "subtitled" | "ballots" | "screens" | "bytes";

export interface Tile {
  key: TileKey;
  figure: string;
  more: string;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function tilesOf({ sections, countries, companies, watched, awards, screens, access, volumes, floor }: Report): Tile[] {
  const few = words.say("report.few", { count: floor });
  const number = (value: number): string => words.number(value);
  const tile = (key: TileKey, figure: string, more = ""): Tile => ({ key, figure, more });
  return [
    tile("submitted", number(sum(sections.map((each) => each.submitted))), words.say("report.tile.from", { companies: companies, count: countries.length })),
    tile("accepted", number(sum(sections.map((each) => each.accepted)))),
    tile("episodes", number(access.episodes), words.say("report.minutes", { count: sum(sections.map((each) => each.minutes)) })),
    tile("viewers", watched ? number(watched.viewers) : "–", watched ? words.say("report.views", { count: watched.views }) : few),
    tile("minutes", watched ? number(watched.minutes) : "–", watched ? "" : few),
    tile("completed", watched?.completed ? words.percent(watched.completed.value) : "–", watched?.completed ? words.say("report.tile.completed_what") : few),
    tile("subtitled", access.episodes > 0 ? words.percent(access.subtitled / access.episodes) : "–", words.say("report.tile.subtitled_what", { count: access.languages.filter(({ subtitled }) => subtitled > 0).length })),
    tile("ballots", number(sum(awards.map((award) => award.ballots ?? 0))), words.say("report.tile.awards", { count: awards.length })),
    tile("screens", number(sum(screens.map((screen) => screen.plays))), words.say("report.tile.on_screens", { count: screens.length })),
    tile("bytes", words.bytes(volumes.originals), words.say("report.tile.packages", { size: words.bytes(volumes.packages) })),
  ];
}
