/** Ballots by hour, with the hours in which none came. Pure. */

import type { TurnoutHours } from "../../api/types";

export interface Hour {
  hour: string;
  ballots: number;
  tiers: Partial<Record<string, number>>;
}

const HOUR = 3_600_000;
/** A picture of more is no picture; the last ones are shown. */
const MOST = 168;

export function hoursOf(rows: TurnoutHours["hours"]): Hour[] {
  const found = new Map<number, Hour>();
  for (const { hour, tier, ballots } of rows) {
    const at = Date.parse(hour);
    const known = found.get(at) ?? { hour: new Date(at).toISOString(), ballots: 0, tiers: {} };
    found.set(at, { ...known, ballots: known.ballots + ballots, tiers: { ...known.tiers, [tier]: ballots } });
  }
  const moments = [...found.keys()].sort((one, other) => one - other);
  const last = moments.at(-1);
  if (last === undefined) return [];
  const first = Math.max(moments[0] ?? last, last - (MOST - 1) * HOUR);
  return Array.from({ length: (last - first) / HOUR + 1 }, (_, step) => {
    const at = first + step * HOUR;
    return found.get(at) ?? { hour: new Date(at).toISOString(), ballots: 0, tiers: {} };
  });
}
