/** A day's bytes. Pure. */

export interface Spent {
  /** in the phone's own time zone, as 2026-11-07 */
  day: string;
  bytes: number;
  /** allowed for today instead of the budget, once the reader has said so; 0: nothing was said */
  more: number;
}

export function today(now: Date): string {
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** A new day begins at nothing. */
export function added(spent: Spent, bytes: number, day: string): Spent {
  return spent.day === day ? { ...spent, bytes: spent.bytes + bytes } : { day, bytes, more: 0 };
}

export function isSpent(spent: Spent, budget: number | null, day: string): boolean {
  return budget !== null && spent.day === day && spent.bytes >= Math.max(budget, spent.more);
}
