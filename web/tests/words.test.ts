import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { regionIn, sayDate, sayRange, type SayCalendar } from "../src/shared/calendar";
import { directionOf } from "../src/shared/direction";
import { choose, languageOf, LANGUAGES } from "../src/shared/languages";
import { pick, placeholders, pluralRules, render, type Message, type Messages } from "../src/shared/messages";

const SRC = join(import.meta.dirname, "../src");
const WORDS = join(SRC, "words");
/** Sorts whole numbers apart in every language there is. */
const WHOLE = [...Array.from({ length: 200 }, (_, number) => number), 1_000, 1_000_000];

const codes = readdirSync(WORDS);
const all = new Map(codes.map((code) => [code, readMessages(code)]));
const messages = new Map([...all].map(([code, said]) => [code, Object.fromEntries(Object.entries(said).filter(([key]) => !isCalendar(key)))]));
const english = messages.get("en") ?? {};
const ownCalendars = LANGUAGES.filter(({ code, figures }) => figures && codes.includes(code));

/** Only languages that Intl lacks have these. */
function isCalendar(key: string): boolean {
  return key.startsWith("calendar.");
}

/** The forms that whole numbers ask for, and "other", which is for the rest. */
function formsOf(code: string): string[] {
  const rules = pluralRules(languageOf(code).locale);
  return [...new Set([...WHOLE.map((number) => rules.select(number)), "other"])].sort();
}

function readMessages(code: string): Messages {
  const files = readdirSync(join(WORDS, code));
  return Object.assign({}, ...files.map((file) => JSON.parse(readFileSync(join(WORDS, code, file), "utf8")) as Messages)) as Messages;
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "words" ? [] : sources(path);
    return /\.(ts|svelte)$/.test(name) ? [readFileSync(path, "utf8")] : [];
  });
}

describe("message files", () => {
  test("there are some for each of the eleven languages, and for no other", () => {
    expect(LANGUAGES).toHaveLength(11);
    expect(codes.toSorted()).toEqual(LANGUAGES.map(({ code }) => code).toSorted());
  });

  test.each(codes)("%s has the keys of English, no more and no fewer", (code) => {
    expect(Object.keys(messages.get(code) ?? {}).sort()).toEqual(Object.keys(english).sort());
  });

  test.each(codes)("%s uses the placeholders of English", (code) => {
    const theirs = Object.entries(messages.get(code) ?? {}).map(([key, message]) => [key, placeholders(message)]);
    expect(theirs.sort()).toEqual(Object.entries(english).map(([key, message]) => [key, placeholders(message)]).sort());
  });

  test.each(codes)("%s has the plural forms its numbers need, and no others", (code) => {
    const plurals = Object.entries(messages.get(code) ?? {}).filter(([, message]) => typeof message !== "string");
    const wrong = plurals.filter(([, message]) => Object.keys(message).sort().join() !== formsOf(code).join());
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  test.each(codes)("%s has plurals where English has them", (code) => {
    const counted = (said: Messages): string[] => Object.keys(said).filter((key) => typeof said[key] !== "string").sort();
    expect(counted(messages.get(code) ?? {})).toEqual(counted(english));
  });

  test.each(codes)("%s has the same placeholders in each form of a message", (code) => {
    const named = Object.entries(messages.get(code) ?? {}).filter(([key, message]) => {
      const forms = typeof message === "string" ? [message] : Object.entries(message).filter(([form]) => form !== "one").map(([, form]) => form);
      return forms.some((form) => placeholders(form).join() !== placeholders(english[key] ?? "").join());
    });
    expect(named.map(([key]) => key)).toEqual([]);
  });

  test.each(codes)("%s says every message in words", (code) => {
    const texts = (message: Message): string[] => (typeof message === "string" ? [message] : Object.values(message));
    const empty = Object.entries(messages.get(code) ?? {}).filter(([, message]) => texts(message).some((text) => text.trim() === ""));
    expect(empty.map(([key]) => key)).toEqual([]);
  });

  test("every problem says what happened, what is kept and what to do", () => {
    const keys = Object.keys(english).filter((key) => key.startsWith("problem."));
    const problems = new Set(keys.map((key) => key.split(".")[1]));
    const parts = [...problems].flatMap((code) => ["happened", "kept", "next"].map((part) => `problem.${code}.${part}`));
    expect(keys.sort()).toEqual(parts.sort());
  });

  test("no text without a use, and no use without a text", () => {
    const code = sources(SRC).join("\n");
    const named = new Set(Array.from(code.matchAll(/["'`]((?:common|credits|crew|failure|phone|kiosk|problem|studio|jury|desk|paper|audit)\.[a-z0-9_.-]+)["'`]/g), (m) => m[1] ?? ""));
    const made = Array.from(code.matchAll(/[`]((?:common|credits|crew|failure|phone|kiosk|studio|jury|desk|paper|audit)\.[a-z0-9_.]*)\$\{/g), (m) => m[1] ?? "");
    const ofPages = Object.keys(english).filter((key) => !key.startsWith("problem."));
    expect(ofPages.filter((key) => !named.has(key) && !made.some((start) => key.startsWith(start)))).toEqual([]);
    expect([...named].filter((key) => !(key in english))).toEqual([]);
  });
});

describe("render", () => {
  test("puts values where their names stand", () => {
    expect(render("Episode {number} of {count}", { number: 3, count: 12 }, { locale: "en" })).toBe("Episode 3 of 12");
  });

  test("chooses the plural form of the language", () => {
    const message = { one: "{count} серия", few: "{count} серии", many: "{count} серий", other: "{count} серии" };
    expect([1, 3, 7, 21].map((count) => render(message, { count }, { locale: "ru" }))).toEqual(["1 серия", "3 серии", "7 серий", "21 серия"]);
  });

  test("writes numbers in the digits of the locale", () => {
    expect(render("{count}", { count: 43 }, { locale: "fa-IR" })).toBe("۴۳");
    expect(render("{count}", { count: 1234.5 }, { locale: "be-BY", figures: "ru-RU" })).toBe("1\u00a0234,5");
  });

  test("keeps a text of another direction together among right-to-left text", () => {
    expect(render("{name}، {count}", { name: "Window 43", count: 2 }, { locale: "ur-PK", direction: "rtl" })).toBe("\u2066Window 43\u2069، 2");
    const persian = { locale: "fa-IR", direction: "rtl" } as const;
    expect(render("تا {when}", { when: render("{date}، {time}", { date: "شنبه", time: "۲۲:۰۰" }, persian) }, persian)).toBe("تا شنبه، ۲۲:۰۰");
    expect(render("{name}", { name: "iPhone من" }, persian)).toBe("\u2067iPhone من\u2069");
    expect(render("{name}", { name: "Window 43" }, { locale: "en", direction: "ltr" })).toBe("Window 43");
  });

  test("does not count in the rules of the device's language where Intl has none", () => {
    expect(pluralRules("xx").resolvedOptions().locale).toBe("en");
  });
});

describe("pick", () => {
  test("falls back to English, then to whatever there is", () => {
    expect(pick({ en: "Window", zh: "窗" }, "zh")).toBe("窗");
    expect(pick({ en: "Window", zh: "窗" }, "ru")).toBe("Window");
    expect(pick({ zh: "窗" }, "ru")).toBe("窗");
    expect(pick(null, "ru")).toBe("");
  });
});

describe("choose", () => {
  test("takes the first wanted language there is", () => {
    expect(choose(["be-BY", "zh-Hans-CN", "en"], ["en", "zh", "ru"])).toBe("zh");
    expect(choose(["de"], ["en", "zh"])).toBe("en");
  });
});

describe("languages", () => {
  test("each is named in its own script", () => {
    const scripts: Record<string, RegExp> = { zh: /^\p{Script=Han}+$/u, hi: /^[\p{Script=Devanagari}]+$/u, ur: /^\p{Script=Arabic}+$/u, fa: /^\p{Script=Arabic}+$/u, en: /^\p{Script=Latin}+$/u, uz: /^[\p{Script=Latin}ʻ]+$/u };
    for (const { code, name } of LANGUAGES) expect(name).toMatch(scripts[code] ?? /^\p{Script=Cyrillic}+$/u);
  });

  test("Persian and Urdu run from right to left, the others do not", () => {
    expect(LANGUAGES.filter(({ direction }) => direction === "rtl").map(({ code }) => code)).toEqual(["ur", "fa"]);
  });

  test("Persian has its own digits and calendar, Urdu and Hindi the digits of their newspapers", () => {
    const digits = (code: string): string => new Intl.NumberFormat(languageOf(code).locale).format(2026);
    expect([digits("fa"), digits("ur"), digits("hi")]).toEqual(["۲٬۰۲۶", "2,026", "2,026"]);
    expect(new Intl.DateTimeFormat(languageOf("fa").locale, { day: "numeric", month: "long", timeZone: "UTC" }).format(new Date("2026-11-14"))).toBe("۲۳ آبان");
  });
});

describe("calendars of languages that Intl lacks", () => {
  const names = ["day", "gigabyte", "kilobyte", "list", "megabyte", "minute", "months", "months_short", "range", "regions", "weekday", "weekdays", "year"];
  const holes = { day: ["day", "month"], gigabyte: ["amount"], kilobyte: ["amount"], list: ["last", "rest"], megabyte: ["amount"], minute: ["amount"], range: ["from", "to"], weekday: ["date", "weekday"], year: ["date", "year"] };

  test.each(codes)("%s has one exactly if it needs one", (code) => {
    const own = Object.keys(all.get(code) ?? {}).filter(isCalendar).map((key) => key.slice("calendar.".length)).sort();
    expect(own).toEqual(languageOf(code).figures ? names : []);
  });

  test.each(ownCalendars)("$code has twelve months, seven days, the countries of the festival and every hole filled", ({ code }) => {
    const say = (name: string): string => (all.get(code)?.[`calendar.${name}`] ?? "") as string;
    const count = (name: string): number => new Set(say(name).split("|").filter(Boolean)).size;
    expect([count("months"), count("months_short"), count("weekdays")]).toEqual([12, 12, 7]);
    for (const region of ["BY", "CN", "IN", "IR", "KG", "KZ", "PK", "RU", "TJ", "UZ"]) expect(regionIn(say("regions"), region)).toMatch(/\p{L}{3}/u);
    for (const [name, expected] of Object.entries(holes)) expect(placeholders(say(name))).toEqual(expected);
  });

  test("are written in their own order", () => {
    const say: SayCalendar = (name, values = {}) => render(all.get("be")?.[`calendar.${name}`] ?? "", values, { locale: "be" });
    const noon = new Date("2026-11-14T17:05:00Z");
    const utc = { timeZone: "UTC" } as const;
    expect(sayDate(say, noon, { weekday: "long", day: "numeric", month: "long", ...utc })).toBe("субота, 14 лістапада");
    expect(sayDate(say, noon, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "Asia/Almaty" })).toBe("14 ліс, 22:05");
    expect(sayDate(say, noon, { hour: "2-digit", minute: "2-digit", ...utc })).toBe("17:05");
    const days = { day: "numeric", month: "long", year: "numeric", ...utc } as const;
    expect(sayRange(say, noon, new Date("2026-11-19"), days)).toBe("14–19 лістапада 2026 г.");
    expect(sayRange(say, noon, new Date("2026-12-02"), { day: "numeric", month: "long", ...utc })).toBe("14 лістапада – 2 снежня");
  });
});

describe("directions", () => {
  test("subtitles may be in languages nobody reads the pages in", () => {
    expect(["ar", "he", "ps", "ur", "fa"].map((code) => directionOf(code))).toEqual(["rtl", "rtl", "rtl", "rtl", "rtl"]);
    expect(["tr", "uk", "en", "zh"].map((code) => directionOf(code))).toEqual(["ltr", "ltr", "ltr", "ltr"]);
  });
});
