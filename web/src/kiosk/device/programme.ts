/** What a screen plays at an hour: the same rules as in api/kiosk, told by the same cases. Pure. */

import type { Block, Manifest, ManifestEpisode, ManifestSeries, Rating, Window } from "./manifest";

export interface LocalTime {
  /** of the day, from 0 */
  minute: number;
  /** ISO: Monday is 1 */
  day: number;
}

export type Planned = { kind: "film"; series: number; episode: number } | { kind: "wall"; award: number; seconds: number };

export interface Plan {
  asleep: boolean;
  limit: Rating;
  items: Planned[];
}

type Programme = Pick<Manifest, "programme" | "series">;

const DAY = 1440;
const WALL = 20;
const WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const RATINGS: readonly Rating[] = ["0+", "6+", "12+", "16+", "18+"];
const ALL: Block["items"] = [{ kind: "all", id: 0 }];

export function localTime(at: number, timeZone: string): LocalTime {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(at);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? "";
  return { minute: Number(part("hour")) * 60 + Number(part("minute")), day: WEEK.indexOf(part("weekday")) + 1 };
}

export function minuteOf(clock: string): number {
  const [hours, minutes] = clock.split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** From its beginning, its end not included; one that ends before it begins goes over midnight, and belongs to the day it began. */
export function holds(window: Window, { minute, day }: LocalTime): boolean {
  const from = minuteOf(window.starts);
  const length = (minuteOf(window.ends) - from + DAY - 1) % DAY + 1;
  const days = window.days ?? [];
  const on = (each: number): boolean => days.length === 0 || days.includes(each);
  if (minute >= from && minute < from + length) return on(day);
  return minute + DAY < from + length && on(day === 1 ? 7 : day - 1);
}

export function isWithin(rating: Rating, limit: Rating): boolean {
  return RATINGS.indexOf(rating) <= RATINGS.indexOf(limit);
}

export function planAt({ programme, series }: Programme, time: LocalTime): Plan {
  const limits = programme.ratings.filter((window) => holds(window, time)).map(({ max }) => RATINGS.indexOf(max));
  const limit = RATINGS[Math.min(...limits, RATINGS.length - 1)] ?? "18+";
  const items = programme.blocks.find((block) => holds(block, time))?.items ?? ALL;
  return { asleep: programme.sleep.some((window) => holds(window, time)), limit, items: items.flatMap((item) => filmsOf(item, series, limit)) };
}

function filmsOf(item: Block["items"][number], all: readonly ManifestSeries[], limit: Rating): Planned[] {
  if (item.kind === "wall") return [{ kind: "wall", award: item.id ?? 0, seconds: item.seconds ?? WALL }];
  const chosen = all.filter(({ id, section }) => item.kind === "all" || (item.kind === "section" ? section : id) === item.id);
  return chosen.flatMap((series) => {
    const shown = episodesWithin(series, limit);
    return (item.episodes === "all" ? shown : shown.slice(0, 1)).map(({ id }): Planned => ({ kind: "film", series: series.id, episode: id }));
  });
}

/** The episodes a series may show at this hour, by number. */
export function episodesWithin(series: ManifestSeries, limit: Rating): ManifestEpisode[] {
  return series.episodes.filter(({ rating }) => isWithin(rating ?? series.rating, limit)).toSorted((one, other) => one.number - other.number);
}
