/** Wall-clock times of the festival's zone, as `datetime-local` fields write them. Pure. */

const PARTS = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** What clocks in the zone show at a moment: "2026-11-14T22:00". */
export function toLocal(moment: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { ...PARTS, timeZone: zone }).formatToParts(moment);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** The moment clocks in the zone show `local`; null where it is no time. An hour that a clock change skips counts on from before. */
export function toMoment(local: string, zone: string): Date | null {
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return null;
  const ahead = (at: number): number => Date.parse(`${toLocal(new Date(at), zone)}Z`) - at;
  const first = wall - ahead(wall);
  return new Date(wall - ahead(first));
}

/** The next full hour in the zone. */
export function nextHour(now: Date, zone: string): string {
  return `${toLocal(new Date(now.getTime() + 3_600_000), zone).slice(0, 13)}:00`;
}
