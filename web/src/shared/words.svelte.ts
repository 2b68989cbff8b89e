/** The page's language: which one it is, its messages, and numbers, dates and durations as its readers write them. */

import type audit from "../words/en/audit.json";
import type ceremony from "../words/en/ceremony.json";
import type common from "../words/en/common.json";
import type credits from "../words/en/credits.json";
import type crew from "../words/en/crew.json";
import type desk from "../words/en/desk.json";
import type failure from "../words/en/failure.json";
import type juries from "../words/en/juries.json";
import type jury from "../words/en/jury.json";
import type kiosk from "../words/en/kiosk.json";
import type paper from "../words/en/paper.json";
import type people from "../words/en/people.json";
import type phone from "../words/en/phone.json";
import type problem from "../words/en/problem.json";
import type programme from "../words/en/programme.json";
import type publish from "../words/en/publish.json";
import type report from "../words/en/report.json";
import type review from "../words/en/review.json";
import type screeners from "../words/en/screeners.json";
import type settings from "../words/en/settings.json";
import type studio from "../words/en/studio.json";
import type you from "../words/en/you.json";
import type { DateFields } from "./calendar";
import { choose, LANGUAGE_KEY, LANGUAGES, languageOf, type Language } from "./languages";
import { pick, pickedLanguage, render, type Messages, type Values } from "./messages";
import { FILES } from "./word-files";

export type Key =
  | keyof typeof audit
  | keyof typeof ceremony
  | keyof typeof common
  | keyof typeof credits
  | keyof typeof crew
  | keyof typeof desk
  | keyof typeof failure
  | keyof typeof juries
  | keyof typeof jury
  | keyof typeof kiosk
  | keyof typeof paper
  | keyof typeof people
  | keyof typeof phone
  | keyof typeof problem
  | keyof typeof programme
  | keyof typeof publish
  | keyof typeof report
  | keyof typeof review
  | keyof typeof screeners
  | keyof typeof settings
  | keyof typeof studio
  | keyof typeof you;
export type Surface = "phone" | "kiosk" | "studio" | "jury" | "desk" | "ceremony";
export type CatalogueText = Readonly<Record<string, string>>;

export const SELECTABLE: readonly Language[] = LANGUAGES.filter(({ code }) => `../words/${code}/phone.json` in FILES);

async function load(lang: string, names: readonly string[]): Promise<Messages> {
  const files = names.map((name) => FILES[`../words/${lang}/${name}.json`]?.());
  return Object.assign({}, ...(await Promise.all(files))) as Messages;
}

export function wanted(): string[] {
  const asked = new URLSearchParams(location.search).get("lang");
  const saved = localStorage.getItem(LANGUAGE_KEY);
  return [asked, saved, ...navigator.languages].filter((tag): tag is string => Boolean(tag));
}

class PageWords {
  #language = $state.raw<Language>(languageOf("en"));
  #messages = $state.raw<Messages>({});
  #files: readonly string[] = [];
  /** Codes of the languages the festival offers, in its order; none: all there are. */
  offered = $state.raw<readonly string[]>([]);
  /** Only languages that Intl lacks need it. */
  #dates: typeof import("./calendar") | null = null;

  get lang(): string {
    return this.#language.code;
  }

  get language(): Language {
    return this.#language;
  }

  /** For requests that are answered by a mail: it comes in the language of the page. */
  get accepting(): Record<string, string> {
    return { "Accept-Language": this.lang };
  }

  get direction(): "ltr" | "rtl" {
    return this.#language.direction;
  }

  /** Call once before mounting the page. `also` names the message files it needs besides "common" and its own. */
  async open(surface: Surface, also: readonly string[] = []): Promise<void> {
    this.#files = ["common", surface, ...also];
    this.offered = document.documentElement.dataset["languages"]?.split(" ") ?? [];
    await this.use(choose(wanted(), this.offered[0] ? this.offered : SELECTABLE.map(({ code }) => code)));
  }

  async use(lang: string): Promise<void> {
    const language = languageOf(lang);
    const [messages, dates] = await Promise.all([load(lang, this.#files), language.figures ? import("./calendar") : null]);
    this.#messages = messages;
    this.#dates = dates;
    this.#language = language;
    document.documentElement.lang = lang;
    document.documentElement.dir = this.#language.direction;
    void this.#addProblems(lang);
  }

  /** The sentences for problems are long and rarely read: they follow the page instead of delaying it. */
  async #addProblems(lang: string): Promise<void> {
    const problems = await load(lang, ["problem"]);
    if (lang === this.lang) this.#messages = { ...this.#messages, ...problems };
  }

  /** The reader's own choice, remembered. */
  async choose(lang: string): Promise<void> {
    localStorage.setItem(LANGUAGE_KEY, lang);
    await this.use(lang);
  }

  say(key: Key, values: Values = {}): string {
    const message = this.#messages[key];
    return message === undefined ? key : render(message, values, this.#language);
  }

  /** For keys made at run time, such as problem codes: undefined where there is no such message. */
  trySay(key: string, values: Values = {}): string | undefined {
    return key in this.#messages ? this.say(key as Key, values) : undefined;
  }

  /** "calendar.*", which only languages that Intl lacks have. */
  readonly #calendar = (name: string, values: Values = {}): string => this.trySay(`calendar.${name}`, values) ?? "";

  pick(text: CatalogueText | null | undefined): string {
    return pick(text, this.lang);
  }

  pickedLanguage(text: CatalogueText | null | undefined): string {
    return pickedLanguage(text, this.lang);
  }

  number(value: number, options?: Intl.NumberFormatOptions): string {
    return new Intl.NumberFormat(this.#language.figures ?? this.#language.locale, options).format(value);
  }

  date(value: string | Date, options: DateFields): string {
    if (this.#dates) return this.#dates.sayDate(this.#calendar, new Date(value), options);
    return new Intl.DateTimeFormat(this.#language.locale, options).format(new Date(value));
  }

  dateRange(from: string | Date, to: string | Date, options: DateFields): string {
    if (this.#dates) return this.#dates.sayRange(this.#calendar, new Date(from), new Date(to), options);
    if (this.#language.rangesByWords) return this.say("common.range", { from: this.date(from, options), to: this.date(to, options) });
    return new Intl.DateTimeFormat(this.#language.locale, options).formatRange(new Date(from), new Date(to));
  }

  /** "a, b and c" */
  list(parts: readonly string[]): string {
    if (!this.#language.figures) return new Intl.ListFormat(this.#language.locale, { type: "conjunction" }).format(parts);
    const last = parts.at(-1) ?? "";
    return parts.length < 2 ? last : this.#calendar("list", { rest: parts.slice(0, -1).join(", "), last });
  }

  /** "Saturday 14 November, 22:00" */
  day(value: string | Date): string {
    const weekday = this.#language.inflectsDays ? {} : ({ weekday: "long" } as const);
    return this.#moment(value, { ...weekday, day: "numeric", month: "long" });
  }

  /** "Saturday, 22:00", for a moment within the coming days. */
  hour(value: string | Date): string {
    return this.#moment(value, this.#language.inflectsDays ? { day: "numeric", month: "long" } : { weekday: "long" });
  }

  #moment(value: string | Date, options: DateFields): string {
    const time = this.date(value, { hour: "2-digit", minute: "2-digit" });
    return this.say("common.moment", { date: this.date(value, options), time });
  }

  /** 92 seconds as "1:32". */
  clock(seconds: number): string {
    const whole = Math.max(0, Math.floor(seconds));
    const two = { minimumIntegerDigits: 2, useGrouping: false };
    const tail = this.number(whole % 60, two);
    const minutes = Math.floor(whole / 60);
    if (minutes < 60) return `${this.number(minutes)}:${tail}`;
    return `${this.number(Math.floor(minutes / 60))}:${this.number(minutes % 60, two)}:${tail}`;
  }

  minutes(milliseconds: number): string {
    const value = Math.max(1, Math.round(milliseconds / 60_000));
    return this.#amount(value, "minute", 0);
  }

  /** Bytes as MB (GB from a thousand on). */
  bytes(value: number): string {
    const unit = value >= 1e9 ? "gigabyte" : value >= 1e6 ? "megabyte" : "kilobyte";
    const amount = value / { gigabyte: 1e9, megabyte: 1e6, kilobyte: 1e3 }[unit];
    return this.#amount(amount, unit, amount >= 10 ? 0 : 1);
  }

  /** Units by language alone: some regions write "mins" where the language has "min". */
  #amount(value: number, unit: "minute" | "kilobyte" | "megabyte" | "gigabyte", maximumFractionDigits: number): string {
    const { figures, spellsUnits } = this.#language;
    if (figures) return this.#calendar(unit, { amount: this.number(value, { maximumFractionDigits }) });
    const unitDisplay = spellsUnits ? "long" : "short";
    return new Intl.NumberFormat(this.lang, { maximumFractionDigits, style: "unit", unit, unitDisplay }).format(value);
  }

  percent(fraction: number): string {
    return this.number(fraction, { style: "percent" });
  }

  /** The name of a country. Where Intl lacks the language, those that are not in its calendar are named in Russian, which its readers know. */
  country(code: string): string {
    const { figures, locale } = this.#language;
    const own = this.#dates?.regionIn(this.#calendar("regions"), code);
    return own || (new Intl.DisplayNames([figures ? "ru" : locale], { type: "region" }).of(code) ?? code);
  }

  languageName(code: string): string {
    return LANGUAGES.find((language) => language.code === code)?.name ?? code.toUpperCase();
  }
}

export const words = new PageWords();
