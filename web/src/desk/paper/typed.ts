/** What the keys of a sheet say: digits for entries and values, and nothing that needs a mouse. Pure. */

import type { PaperEntry, PaperMarks, PaperPage } from "../../api/types";
import { westernDigits } from "../../shared/crew/digits";

export type Form = Pick<PaperPage, "kind" | "min" | "max" | "entries">;
export type Why = "unfinished" | "entry" | "value" | "twice" | "many" | "few";

/** One thing that was named on a sheet. */
export interface Named {
  entry: PaperEntry | undefined;
  number: number;
  value: number | null;
}

export interface Typed {
  /** null while there is nothing that could be saved. */
  marks: PaperMarks | null;
  named: Named[];
  wrong: { why: Why; number: number } | null;
}

const NOTHING: Typed = { marks: null, named: [], wrong: null };
const SPOILT = /^[-/]$/;
const isScale = ({ kind }: Pick<Form, "kind">): boolean => kind === "stars" || kind === "grades" || kind === "yesno";

/** Whatever keyboard it comes from: digits of any script, and the signs that keypads have. */
export function cleaned(text: string): string {
  return westernDigits(text).replaceAll("٫", ".").replaceAll("−", "-").replace(/[^\d.,+*/ -]/g, "");
}

/** `only` is the entry that all sheets of the batch are about: then a value is enough. */
export function read(text: string, form: Form, only: number | null): Typed {
  const typed = text.trim();
  if (typed === "") return NOTHING;
  if (SPOILT.test(typed)) return { marks: { spoilt: true }, named: [], wrong: null };
  if (!isScale(form)) return readChoices(typed, form);
  return only === null ? readValues(typed, form) : readValue(typed, form, only);
}

function readChoices(typed: string, form: Form): Typed {
  const named = typed.split(/[\s+,.*]+/).filter(Boolean).map((part) => nameOf(Number(part), form, null));
  return finished(named, form, (marked) => ({ choices: marked.map(({ entry }) => entry?.id ?? 0) }));
}

function readValue(typed: string, form: Form, only: number): Typed {
  const entry = form.entries.find(({ id }) => id === only);
  const named = [{ entry, number: entry?.number ?? 0, value: Number(typed) }];
  return finished(named, form, valuesOf);
}

/** "12.5 3.4": an entry, a point, its value, which has one digit; what comes next is the next entry. */
function readValues(typed: string, form: Form): Typed {
  const parts = Array.from(typed.matchAll(/(\d+)(?:[.,*](\d)?)?[\s+]*/g));
  const named = parts.map(([, entry, value]) => nameOf(Number(entry), form, value === undefined ? null : Number(value)));
  if (parts.map(([whole]) => whole).join("") !== typed) return { marks: null, named, wrong: { why: "unfinished", number: 0 } };
  const open = named.find(({ value }) => value === null);
  if (open && open.entry) return { marks: null, named, wrong: { why: "unfinished", number: open.number } };
  return finished(named, form, valuesOf);
}

const nameOf = (number: number, { entries }: Form, value: number | null): Named => ({ entry: entries.find((each) => each.number === number), number, value });

function valuesOf(named: Named[]): PaperMarks {
  return { values: named.map(({ entry, value }) => ({ entry: entry?.id ?? 0, value: value ?? 0 })) };
}

function finished(named: Named[], form: Form, marks: (named: Named[]) => PaperMarks): Typed {
  const wrong = wrongOf(named, form);
  return { marks: wrong ? null : marks(named), named, wrong };
}

function wrongOf(named: Named[], { kind, min, max, entries }: Form): Typed["wrong"] {
  const unknown = named.find(({ entry }) => entry === undefined);
  if (unknown) return { why: "entry", number: unknown.number };
  const twice = named.find(({ number }, place) => named.findIndex((other) => other.number === number) < place);
  if (twice) return { why: "twice", number: twice.number };
  if (isScale({ kind })) {
    const off = named.find(({ value }) => value === null || value < min || value > max);
    return off ? { why: "value", number: off.value ?? 0 } : null;
  }
  const most = Math.min(max, entries.length);
  if (named.length > most) return { why: "many", number: most };
  return named.length < Math.max(min, 1) ? { why: "few", number: Math.max(min, 1) } : null;
}

/** The keys that would say this. */
export function keysOf(marks: PaperMarks, { entries }: Form, only: number | null): string {
  if (marks.spoilt) return "-";
  const numberOf = (id: number): number => entries.find((entry) => entry.id === id)?.number ?? 0;
  if (marks.choices) return marks.choices.map((id) => String(numberOf(id))).join(" ");
  const values = marks.values ?? [];
  if (only !== null) return String(values[0]?.value ?? "");
  return values.map(({ entry, value }) => `${String(numberOf(entry))}.${String(value)}`).join(" ");
}

export interface Reading {
  id: string;
  place: number;
  turn: number;
  marks: PaperMarks | null;
  /** What the server has acknowledged. */
  sent: number;
}

/** The sheet to read now: the first that was not read yet; null when all were. */
export function nextPlace(places: readonly number[], readings: ReadonlyMap<number, Reading>): number | null {
  return places.find((place) => !readings.get(place)?.marks) ?? null;
}

/** What this device holds and what the server has: of one sheet the later turn, and the server's where it is another's. */
export function merged(kept: readonly Reading[], server: readonly Omit<Reading, "sent">[]): Map<number, Reading> {
  const readings = new Map(server.map((sheet) => [sheet.place, { ...sheet, sent: sheet.turn }]));
  for (const mine of kept) {
    const theirs = readings.get(mine.place);
    const mineIsNews = !theirs || (theirs.id === mine.id ? theirs.turn < mine.turn : theirs.marks === null || mine.sent < mine.turn);
    if (mineIsNews) readings.set(mine.place, mine);
    else if (theirs.id === mine.id) readings.set(mine.place, { ...theirs, sent: theirs.turn });
  }
  return readings;
}
