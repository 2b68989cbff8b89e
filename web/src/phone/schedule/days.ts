/** The programme of the halls and the hours of voting as one list, day by day. Pure. */

import type { AwardCard, ScheduledScreening, Words } from "../../api/types";

export interface Item {
  key: string;
  kind: "screening" | "opens" | "closes";
  name: Words;
  at: string;
  /** null for a moment */
  until: string | null;
}

export interface Day {
  /** any moment of it */
  at: string;
  items: Item[];
}

export function itemsOf(screenings: readonly ScheduledScreening[], awards: readonly Pick<AwardCard, "id" | "name" | "opens_at" | "closes_at">[]): Item[] {
  const shown = screenings.map(({ id, name, starts_at, ends_at }): Item => ({ key: `screening-${String(id)}`, kind: "screening", name, at: starts_at, until: ends_at }));
  const voting = awards.flatMap(({ id, name, opens_at, closes_at }): Item[] => [
    { key: `opens-${String(id)}`, kind: "opens", name, at: opens_at, until: null },
    { key: `closes-${String(id)}`, kind: "closes", name, at: closes_at, until: null },
  ]);
  return [...shown, ...voting].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.key < b.key ? -1 : 1));
}

export function isOver({ at, until }: Item, now: number): boolean {
  return Date.parse(until ?? at) <= now;
}

export function isNow({ at, until }: Item, now: number): boolean {
  return until !== null && Date.parse(at) <= now && now < Date.parse(until);
}

/** By the days of the reader's own calendar. */
export function daysOf(items: readonly Item[]): Day[] {
  const days: Day[] = [];
  for (const item of items) {
    const last = days.at(-1);
    if (last && new Date(last.at).toDateString() === new Date(item.at).toDateString()) last.items.push(item);
    else days.push({ at: item.at, items: [item] });
  }
  return days;
}
