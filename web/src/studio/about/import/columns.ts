/** What the columns of a file mean: ours, and those of a FilmFreeway export. Pure. */

import type { Credit } from "../../../api/types";
import { looksLikeEmail } from "../../../shared/crew/codes";
import { RATINGS, STAGES, TEXTS, type Draft, type Stage, type TextName } from "../draft";
import { COMPANY_PARTS, isKnown, PARTS } from "../../../shared/parts";
import type { Row } from "./read-file";

export type Target = TextName | "original_lang" | "country" | "rating" | "credits" | "companies" | "contact_name" | "contact_email" | "contact_phone" | "ai" | "rights" | "countries";

/** One thing of the form that a file fills. */
export interface Taken {
  column: string;
  target: Target;
  lang?: string;
  value: string;
  put: (draft: Draft) => void;
}

export interface Found {
  taken: Taken[];
  /** Known columns that the form does not need, such as the running time, which is measured. */
  unused: string[];
  unknown: string[];
  /** Known columns whose value says nothing to us. */
  unclear: { column: string; value: string }[];
}

/** Names as people write them, to codes. */
export interface Lookup {
  country: (name: string) => string | undefined;
  language: (name: string) => string | undefined;
}

/** Columns of a FilmFreeway export that say nothing the form asks for. */
const UNUSED = new Set(
  ("birthdate|gender|address|address 2|city|state|postal code|country|tracking number|tracking number1|lyrics|duration|runtime|trailer url|country of filming|project website|" +
    "website|twitter|facebook|instagram|project type|student project|completion date|production budget|shooting format|aspect ratio|film color|camera|lens|focal length|shutter speed|" +
    "aperture|iso film|first-time filmmaker|submitter statement|director statement|submitter biography|director biography|flag|submission date|submission status|judging status|" +
    "submission deadlines|submission categories|discount code|submission link|submission password|assigned judges|screenings awards|screenings / awards|distributor information|" +
    "submission id|submission notes|subtitle languages").split("|"),
);
const CREDIT_COLUMNS: Readonly<Record<string, string>> = { directors: "director", director: "director", writers: "writer", writer: "writer", producers: "producer", producer: "producer", "key cast": "cast", cast: "cast" };

const tidy = (column: string): string => column.trim().toLowerCase().replace(/\s+/g, " ");

export function findIn(row: Row, lookup: Lookup): Found {
  const found: Found = { taken: [], unused: [], unknown: [], unclear: [] };
  const values = new Map(Object.entries(flat(row)).map(([column, value]) => [tidy(column), { column, value }]));
  const original = languageOf(values.get("language")?.value ?? values.get("original_lang")?.value, lookup);
  for (const [name, { column, value }] of values) {
    // What a line has beyond the columns comes under a name of the reader's own.
    if (name !== "" && name !== "__parsed_extra") sort(found, { name, column, value, original, lookup, values });
  }
  return found;
}

function sort(found: Found, cell: Cell): void {
  const taken = isEmpty(cell.value) ? [] : take(cell);
  if (taken === null) found.unclear.push({ column: cell.column, value: said(cell.value) });
  else if (taken !== undefined) found.taken.push(...taken);
  else (UNUSED.has(cell.name) ? found.unused : found.unknown).push(cell.column);
}

interface Cell {
  name: string;
  column: string;
  value: unknown;
  original: string | undefined;
  lookup: Lookup;
  values: ReadonlyMap<string, { column: string; value: unknown }>;
}

/** Undefined for a column nobody knows, null for a value nobody understands; the empty list where another column says it. */
function take(cell: Cell): Taken[] | null | undefined {
  const own = ours(cell);
  return own === undefined ? freeway(cell) : own;
}

type Taking = (cell: Cell, rest: string) => Taken[] | null | undefined;

/** Ours, by what stands before the dot. */
const OURS: Readonly<Record<string, Taking>> = {
  credits: (cell) => list(cell, "credits"),
  companies: (cell) => list(cell, "companies"),
  contact: (cell, field) => CONTACT[field]?.(cell, field),
  rights: (cell, field) => RIGHTS[field]?.(cell, field),
  ai: (cell, field) => AI[field]?.(cell, field),
  rating: (cell) => {
    const rating = said(cell.value);
    return isKnown(RATINGS, rating) ? [one(cell, "rating", (draft) => { draft.rating = rating; })] : null;
  },
};

function ours(cell: Cell): Taken[] | null | undefined {
  const [head = "", tail = ""] = cell.name.split(".", 2);
  if (isKnown(TEXTS, head) && /^[a-z]{2,3}$/.test(tail)) return [text(cell, head, tail)];
  return OURS[head]?.(cell, tail);
}

const inOriginal = (cell: Cell, target: TextName): Taken[] | null => (cell.original ? [text(cell, target, cell.original)] : null);
const language: Taking = (cell) => (cell.original ? [one(cell, "original_lang", (draft) => { draft.originalLang = cell.original ?? ""; })] : null);
const email: Taking = (cell) => {
  const value = said(cell.value);
  return looksLikeEmail(value) ? [one(cell, "contact_email", (draft) => { draft.contact.email = value; })] : null;
};
const phone: Taking = (cell) => [one(cell, "contact_phone", (draft) => { draft.contact.phone = said(cell.value).slice(0, 40); })];
const contactName: Taking = (cell) => [one(cell, "contact_name", (draft) => { draft.contact.name = said(cell.value).slice(0, 200); })];
const CONTACT: Readonly<Record<string, Taking>> = { name: contactName, email, phone };

/** A FilmFreeway export, by the names its columns have had. */
const FREEWAY: Readonly<Record<string, Taking>> = {
  "project title": (cell) => [text(cell, "title", "en")],
  "project title (original language)": (cell) => inOriginal(cell, "title"),
  synopsis: (cell) => [text(cell, "synopsis", "en")],
  "synopsis (original language)": (cell) => inOriginal(cell, "synopsis"),
  genres: (cell) => [text(cell, "genre", "en")],
  language,
  original_lang: language,
  "country of origin": (cell) => country(cell, said(cell.value)),
  country: (cell) => country(cell, said(cell.value)),
  "other credits": (cell) => credits(cell, othersIn(said(cell.value))),
  "first name": (cell) => person(cell),
  "last name": (cell) => person(cell),
  "submitter name": contactName,
  email, "e-mail": email, "submitter email": email, "submitter e-mail": email,
  phone, "submitter phone": phone,
};

function freeway(cell: Cell): Taken[] | null | undefined {
  const part = CREDIT_COLUMNS[cell.name];
  return part ? credits(cell, peopleIn(said(cell.value), part)) : FREEWAY[cell.name]?.(cell, "");
}

const one = ({ column, value }: Cell, target: Target, put: (draft: Draft) => void, shown = said(value)): Taken => ({ column, target, value: shown, put });

function text({ column, value }: Cell, target: TextName, lang: string): Taken {
  const shown = said(value).slice(0, target === "synopsis" ? 2000 : 400);
  return {
    column, target, lang, value: shown,
    put: (draft) => {
      const known = draft.texts.find((each) => each.lang === lang);
      if (known) known[target] = shown;
      else draft.texts.push({ lang, title: "", synopsis: "", genre: "", notes: "", [target]: shown });
    },
  };
}

/** A FilmFreeway export has the submitter's own country as "Country": it is the film's only where no other says it. */
function country(cell: Cell, value: string): Taken[] | null {
  if (cell.name === "country" && cell.values.has("country of origin")) return [];
  const code = cell.lookup.country(value) ?? cell.lookup.country(value.split(/[,;]/)[0]?.trim() ?? "");
  return code ? [one(cell, "country", (draft) => { draft.country = code; })] : null;
}

function person(cell: Cell): Taken[] {
  const name = ["first name", "last name"].map((each) => said(cell.values.get(each)?.value)).filter(Boolean).join(" ");
  const first = cell.name === "first name" || !said(cell.values.get("first name")?.value);
  return first ? [one(cell, "contact_name", (draft) => { draft.contact.name = name.slice(0, 200); }, name)] : [];
}

/** A day or a minute, as a field of a form writes it. */
function momentIn(value: string): string | undefined {
  const day = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d)?/.exec(value)?.[0].replace(" ", "T");
  return day?.length === 10 ? `${day}T00:00` : day;
}

const momentOf = (name: "begins" | "ends"): Taking => (cell) => {
  const moment = momentIn(said(cell.value));
  return moment ? [one(cell, "rights", (draft) => { draft[name] = moment; })] : null;
};

const RIGHTS: Readonly<Record<string, Taking>> = {
  begins: momentOf("begins"),
  ends: momentOf("ends"),
  rule: (cell) => {
    const rule = (["everywhere", "only", "except"] as const).find((each) => each === said(cell.value));
    return rule ? [one(cell, "countries", (draft) => { draft.rule = rule; })] : null;
  },
  countries: (cell) => {
    const codes = items(cell.value).map((each) => cell.lookup.country(each));
    if (!codes.every((code) => code !== undefined)) return null;
    return [one(cell, "countries", (draft) => { draft.countries = [...new Set(codes)]; if (draft.rule === "everywhere") draft.rule = "only"; })];
  },
};

const AI: Readonly<Record<string, Taking>> = {
  used: (cell) => {
    const used = /^(true|yes|1)$/i.test(said(cell.value));
    return used || /^(false|no|0)$/i.test(said(cell.value)) ? [one(cell, "ai", (draft) => { draft.ai = used ? "used" : "none"; })] : null;
  },
  what: (cell) => [one(cell, "ai", (draft) => { draft.aiWhat = said(cell.value).slice(0, 2000); })],
  where: (cell) => {
    const stages = items(cell.value).filter((each): each is Stage => isKnown(STAGES, each));
    return stages.length > 0 ? [one(cell, "ai", (draft) => { draft.aiWhere = stages; })] : null;
  },
};

/** Ours: a list of parts and names, or "director: A; writer: B". Companies: "A (production); B". */
function list(cell: Cell, what: "credits" | "companies"): Taken[] | null {
  const entries = Array.isArray(cell.value) ? cell.value.flatMap(creditIn) : what === "credits" ? othersIn(said(cell.value)) : companiesIn(said(cell.value));
  if (entries.length === 0) return null;
  if (what === "credits") return credits(cell, entries);
  const companies = entries.slice(0, 40);
  return [one(cell, "companies", (draft) => { draft.companies = companies.map((each) => ({ ...each })); }, shownCredits(companies))];
}

/** People of several columns come together; those of a part replace the ones who had it. */
function credits(cell: Cell, people: Credit[]): Taken[] | null {
  if (people.length === 0) return null;
  const put = (draft: Draft): void => {
    const parts = new Set(people.map(({ part }) => part));
    draft.credits = [...draft.credits.filter(({ part }) => !parts.has(part)), ...people.map((each) => ({ ...each }))].slice(0, 200);
  };
  return [one(cell, "credits", put, shownCredits(people))];
}

const shownCredits = (list: readonly Credit[]): string => list.map(({ name }) => name).join(", ");
const known = (part: string): string => PARTS.find((each) => each === part.toLowerCase()) ?? COMPANY_PARTS.find((each) => each === part.toLowerCase()) ?? part;

/** "Ann Lee, Bo Chan (Mother)" without the roles in brackets. */
function peopleIn(value: string, part: string): Credit[] {
  const names = value.replace(/[([][^)\]]*[)\]]/g, "").split(/[,;\n]| and /);
  return names.map((name) => name.trim().slice(0, 200)).filter(Boolean).map((name) => ({ part, name }));
}

/** "Editor: Ann Lee; Sound: Bo Chan, Cy Dee", also by lines. */
function othersIn(value: string): Credit[] {
  return value.split(/[;\n]/).flatMap((line) => {
    const [part = "", names = ""] = line.includes(":") ? line.split(/:(.*)/s) : ["", ""];
    return part.trim() ? peopleIn(names, known(part.trim().slice(0, 80))) : [];
  });
}

function companiesIn(value: string): Credit[] {
  return value.split(/[;\n]/).flatMap((each) => {
    const found = /^\s*(.+?)\s*(?:\(([^()]+)\))?\s*$/.exec(each);
    return found?.[1] ? [{ name: found[1].slice(0, 200), part: known(found[2] ?? "production") }] : [];
  });
}

function creditIn(value: unknown): Credit[] {
  const { part, name } = (value ?? {}) as Record<string, unknown>;
  return typeof part === "string" && typeof name === "string" && part.trim() && name.trim() ? [{ part: known(part.trim().slice(0, 80)), name: name.trim().slice(0, 200) }] : [];
}

function languageOf(value: unknown, lookup: Lookup): string | undefined {
  const name = said(value);
  return lookup.language(name) ?? lookup.language(name.split(/[,;/]/)[0]?.trim() ?? "");
}

const items = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : said(value).split(/[,;]/)).map((each) => each.trim()).filter(Boolean);
const isEmpty = (value: unknown): boolean => value === null || value === undefined || (typeof value === "string" && value.trim() === "");

function said(value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value)) return value.map(said).join(", ");
  return value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value as number | boolean);
}

/** Objects inside as "title.en"; lists stay whole. */
function flat(row: Row, before = ""): Record<string, unknown> {
  return Object.entries(row).reduce<Record<string, unknown>>((all, [name, value]) => {
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return { ...all, ...flat(value as Row, `${before}${name}.`) };
    return { ...all, [before + name]: value };
  }, {});
}
