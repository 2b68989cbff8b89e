/** How far a series is on its way to the audience, as it looks. Pure. */

import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import Check from "@lucide/svelte/icons/check";
import Globe from "@lucide/svelte/icons/globe";
import Inbox from "@lucide/svelte/icons/inbox";
import Pencil from "@lucide/svelte/icons/pencil";
import X from "@lucide/svelte/icons/x";
import type { DeskSeries } from "../../api/types";

export type Stage = DeskSeries["stage"];
export const STAGES: readonly Stage[] = ["review", "accepted", "scheduled", "released", "declined", "draft"];

export const LOOKS = {
  draft: { tone: "", icon: Pencil },
  review: { tone: "beam", icon: Inbox },
  declined: { tone: "", icon: X },
  accepted: { tone: "kept", icon: Check },
  scheduled: { tone: "wait", icon: CalendarClock },
  released: { tone: "kept", icon: Globe },
} as const satisfies Record<Stage, unknown>;

/** Rows with one of them at another place: `by` is 1 down or -1 up, within its section. Null where it is at the edge. */
export function moved<Row extends { id: number; section: number }>(rows: readonly Row[], id: number, by: 1 | -1): { rows: Row[]; after: number } | null {
  const at = rows.findIndex((row) => row.id === id);
  const [row, other] = [rows[at], rows[at + by]];
  if (!row || !other || other.section !== row.section) return null;
  const next = [...rows];
  [next[at], next[at + by]] = [other, row];
  const before = next[at + by - 1];
  return { rows: next, after: before && before.section === row.section ? before.id : 0 };
}

/** By the day on which they are shown, in the zone of the festival. */
export function byDay<Row extends { at: string }>(rows: readonly Row[], dayOf: (at: string) => string): { day: string; rows: Row[] }[] {
  const days = new Map<string, Row[]>();
  for (const row of rows) days.set(dayOf(row.at), [...(days.get(dayOf(row.at)) ?? []), row]);
  return [...days].map(([day, of]) => ({ day, rows: of }));
}
