/** The server's time, as far as this device can tell: phones that nobody has set are minutes off. */

/** The header `Date` counts whole seconds: less than this is no difference. */
const EXACT_MS = 2_000;
let ahead = 0;

/** What an answer said of the time when it came. */
export function hear(date: string | null, now: number = Date.now()): void {
  const told = Date.parse(date ?? "");
  if (Number.isNaN(told)) return;
  const found = told - now;
  ahead = Math.abs(found) < EXACT_MS ? 0 : found;
}

export function serverNow(now: number = Date.now()): number {
  return now + ahead;
}
