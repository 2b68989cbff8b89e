/** What is said of a series as a form holds it, and the same as the API takes it. Pure. */

import type { About, AboutFields, AboutSave, Credit, EpisodeAbout, Rating, Words } from "../../api/types";
import { looksLikeEmail } from "../../shared/crew/codes";
import { toLocal, toMoment } from "../../shared/crew/moments";

/** From which age a series or an episode is for. */
export const RATINGS = ["0+", "6+", "12+", "16+", "18+"] as const satisfies readonly Rating[];
export const STAGES = ["script", "image", "voice", "music", "effects", "subtitles", "other"] as const;
export type Stage = (typeof STAGES)[number];
export const TEXTS = ["title", "synopsis", "genre", "notes"] as const;
export type TextName = (typeof TEXTS)[number];

export interface Text extends Record<TextName, string> {
  lang: string;
}

export interface EpisodeDraft {
  id: number;
  number: number;
  title: Words;
  rating: Rating | "";
  notes: Words;
}

export interface Draft {
  texts: Text[];
  originalLang: string;
  country: string;
  rating: Rating;
  credits: Credit[];
  companies: Credit[];
  contact: { name: string; email: string; phone: string };
  /** "" until something is said. */
  ai: "" | "none" | "used";
  aiWhat: string;
  aiWhere: Stage[];
  begins: string;
  ends: string;
  rule: AboutFields["rights"]["rule"];
  countries: string[];
  episodes: EpisodeDraft[];
}

export function draftOf(about: About, shown: readonly string[]): Draft {
  const { fields, time_zone: zone } = about;
  const local = (moment: string | null): string => (moment ? toLocal(new Date(moment), zone) : "");
  const langs = [...new Set([...TEXTS.flatMap((name) => Object.keys(fields[name])), ...shown])];
  return {
    texts: langs.map((lang) => ({ lang, title: fields.title[lang] ?? "", synopsis: fields.synopsis[lang] ?? "", genre: fields.genre[lang] ?? "", notes: fields.notes[lang] ?? "" })),
    originalLang: fields.original_lang ?? "",
    country: fields.country,
    rating: fields.rating,
    credits: fields.credits.map((credit) => ({ ...credit })),
    companies: fields.companies.map((company) => ({ ...company })),
    contact: { ...fields.contact },
    ai: fields.ai ? (fields.ai.used ? "used" : "none") : "",
    aiWhat: fields.ai?.what ?? "",
    aiWhere: [...(fields.ai?.where ?? [])],
    begins: local(fields.rights.begins),
    ends: local(fields.rights.ends),
    rule: fields.rights.rule,
    countries: [...fields.rights.countries],
    episodes: about.episodes.map(({ id, number, title, rating, notes }) => ({ id, number, title: { ...title }, rating: rating ?? "", notes: { ...notes } })),
  };
}

/** Without what is empty; spaces around are nobody's wish. */
function filled(words: Words): Words {
  return Object.fromEntries(Object.entries(words).map(([lang, text]) => [lang, text.trim()]).filter(([, text]) => text));
}

const named = (list: readonly Credit[]): Credit[] => list.map(({ part, name }) => ({ part: part.trim(), name: name.trim() })).filter(({ part, name }) => part && name);

export function fieldsOf(draft: Draft, zone: string): AboutFields {
  const moment = (local: string): string | null => (local ? (toMoment(local, zone)?.toISOString() ?? null) : null);
  const textOf = (name: TextName): Words => filled(Object.fromEntries(draft.texts.map((text) => [text.lang, text[name]])));
  const used = draft.ai === "used";
  return {
    title: textOf("title"),
    synopsis: textOf("synopsis"),
    genre: textOf("genre"),
    notes: textOf("notes"),
    original_lang: draft.originalLang || null,
    country: draft.country,
    rating: draft.rating,
    credits: named(draft.credits),
    companies: named(draft.companies),
    contact: { name: draft.contact.name.trim(), email: draft.contact.email.trim(), phone: draft.contact.phone.trim() },
    ai: draft.ai === "" ? null : { used, what: used ? draft.aiWhat.trim() : "", where: used ? STAGES.filter((stage) => draft.aiWhere.includes(stage)) : [] },
    rights: { begins: moment(draft.begins), ends: moment(draft.ends), rule: draft.rule, countries: draft.rule === "everywhere" ? [] : [...draft.countries].sort() },
  };
}

const episodeOf = ({ id, number, title, rating, notes }: EpisodeDraft): EpisodeAbout => ({ id, number, title: filled(title), rating: rating || null, notes: filled(notes) });

/** What would be saved; `episodes` are those that changed. */
export function saveOf(draft: Draft, about: About): AboutSave {
  const known = new Map(about.episodes.map((episode) => [episode.id, sorted(episode)]));
  const changed = draft.episodes.map(episodeOf).filter((episode) => known.get(episode.id) !== sorted(episode));
  const episodes = changed.map(({ id, title, rating, notes }) => ({ id, title, rating, notes }));
  return { ...fieldsOf(draft, about.time_zone), version: about.version, episodes };
}

export function isChanged(draft: Draft, about: About): boolean {
  const { version, episodes, ...fields } = saveOf(draft, about);
  const saved = { ...about.fields, rights: { ...about.fields.rights, countries: [...about.fields.rights.countries].sort() } };
  return version !== about.version || episodes.length > 0 || sorted(plain(fields)) !== sorted(plain(saved));
}

/** Moments as numbers: "Z" and "+00:00" are the same. */
function plain(fields: AboutFields): unknown {
  const { begins, ends, ...rest } = fields.rights;
  return { ...fields, rights: { ...rest, begins: begins && Date.parse(begins), ends: ends && Date.parse(ends) } };
}

/** JSON whose keys are in order, so that two of the same are equal. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

export type Wrong = Partial<Record<"title" | "email" | "ends" | "countries", true>>;

/** What the API would refuse, found before it is asked. */
export function wrongIn(draft: Draft): Wrong {
  const { email } = draft.contact;
  return {
    ...(!draft.texts.some(({ title }) => title.trim()) && { title: true as const }),
    ...(email.trim() && !looksLikeEmail(email) && { email: true as const }),
    ...(draft.begins && draft.ends && draft.begins >= draft.ends && { ends: true as const }),
    ...(draft.rule !== "everywhere" && draft.countries.length === 0 && { countries: true as const }),
  };
}

/** The list with one of it a place up or down. */
export function moved<T>(list: readonly T[], index: number, by: -1 | 1): T[] {
  const to = index + by;
  if (to < 0 || to >= list.length) return [...list];
  const next = [...list];
  next.splice(to, 0, ...next.splice(index, 1));
  return next;
}
