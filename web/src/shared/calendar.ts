/**
 * Dates and ranges of languages that browsers leave out of Intl. The numbers are Intl's; the names and their order are messages
 * of the language: "calendar.months" and the like hold names with a bar between them.
 */

import type { Values } from "./messages";

/** A message of the language's calendar, "months" for "calendar.months". */
export type SayCalendar = (name: string, values?: Values) => string;
export type DateFields = Partial<Pick<Intl.DateTimeFormatOptions, "weekday" | "day" | "month" | "year" | "hour" | "minute" | "second" | "timeZone">>;

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;

type Parts = Readonly<Record<string, string>>;

export function sayDate(say: SayCalendar, value: Date, fields: DateFields): string {
  return compose(say, partsOf(value, fields.timeZone), fields);
}

/** "14–19" of one month, else both dates. */
export function sayRange(say: SayCalendar, from: Date, to: Date, fields: DateFields): string {
  const [first, last] = [partsOf(from, fields.timeZone), partsOf(to, fields.timeZone)];
  const together = first["month"] === last["month"] && first["year"] === last["year"];
  if (!together) return say("range", { from: compose(say, first, fields), to: compose(say, last, fields) });
  const day = first["day"] === last["day"] ? "" : `${first["day"] ?? ""}–`;
  return compose(say, { ...last, day: day + (last["day"] ?? "") }, fields);
}

function partsOf(value: Date, timeZone: string | undefined): Parts {
  const wanted = { weekday: "short", day: "numeric", month: "numeric", year: "numeric", ...CLOCK, ...(timeZone && { timeZone }) } as const;
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", wanted).formatToParts(value).map(({ type, value: text }) => [type, text]));
  return { ...parts, day: String(Number(parts["day"])) }; // beside a month in figures Intl writes "02"
}

function compose(say: SayCalendar, parts: Parts, fields: DateFields): string {
  const shown = (names: readonly (keyof DateFields)[]): string[] => names.filter((name) => fields[name]).map((name) => parts[name] ?? "");
  const months = say(fields.month === "short" ? "months_short" : "months");
  const month = shown(["month"]).map((number) => nameOf(months, Number(number) - 1));
  const weekday = shown(["weekday"]).map((name) => nameOf(say("weekdays"), WEEKDAYS.indexOf(name)));
  const day = joined([...shown(["day"]), ...month], (number, name) => say("day", { day: number, month: name }));
  const date = joined([day, ...shown(["year"])], (before, year) => say("year", { date: before, year }));
  const whole = joined([...weekday, date], (name, rest) => say("weekday", { weekday: name, date: rest }));
  return [whole, shown(["hour", "minute", "second"]).join(":")].filter(Boolean).join(", ");
}

/** Two parts as the language joins them; one alone, where the other is not shown. */
function joined(parts: readonly string[], join: (first: string, second: string) => string): string {
  const [first = "", second] = parts.filter(Boolean);
  return second === undefined ? first : join(first, second);
}

function nameOf(names: string, index: number): string {
  return names.split("|")[index] ?? "";
}

/** A country's name out of "BY Беларусь|CN Кітай", if it is there. */
export function regionIn(names: string, code: string): string | undefined {
  return names.split("|").find((name) => name.startsWith(`${code} `))?.slice(code.length + 1);
}
