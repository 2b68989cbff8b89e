import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { choose, LANGUAGES } from "../src/shared/languages";
import { pick, placeholders, render, type Messages } from "../src/shared/messages";

const SRC = join(import.meta.dirname, "../src");
const WORDS = join(SRC, "words");
const REQUIRED_FORMS: Record<string, string[]> = { en: ["one", "other"], zh: ["other"], ru: ["few", "many", "one"] };

const codes = readdirSync(WORDS);
const messages = new Map(codes.map((code) => [code, readMessages(code)]));
const english = messages.get("en") ?? {};

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
  test.each(codes)("%s is a language of the festival", (code) => {
    expect(LANGUAGES.map((language) => language.code)).toContain(code);
  });

  test.each(codes)("%s has the keys of English, no more and no fewer", (code) => {
    expect(Object.keys(messages.get(code) ?? {}).sort()).toEqual(Object.keys(english).sort());
  });

  test.each(codes)("%s uses the placeholders of English", (code) => {
    const theirs = Object.entries(messages.get(code) ?? {}).map(([key, message]) => [key, placeholders(message)]);
    expect(theirs.sort()).toEqual(Object.entries(english).map(([key, message]) => [key, placeholders(message)]).sort());
  });

  test.each(codes)("%s has every plural form its numbers need", (code) => {
    const plurals = Object.entries(messages.get(code) ?? {}).filter(([, message]) => typeof message !== "string");
    const wrong = plurals.filter(([, message]) => (REQUIRED_FORMS[code] ?? ["other"]).some((form) => !(form in (message as object))));
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  test("every problem says what happened, what is kept and what to do", () => {
    const keys = Object.keys(english).filter((key) => key.startsWith("problem."));
    const problems = new Set(keys.map((key) => key.split(".")[1]));
    const parts = [...problems].flatMap((code) => ["happened", "kept", "next"].map((part) => `problem.${code}.${part}`));
    expect(keys.sort()).toEqual(parts.sort());
  });

  test("no text without a use, and no use without a text", () => {
    const code = sources(SRC).join("\n");
    const named = new Set(Array.from(code.matchAll(/["'`]((?:common|crew|failure|phone|kiosk|studio|jury|desk)\.[a-z0-9_.]+)["'`]/g), (m) => m[1] ?? ""));
    const made = Array.from(code.matchAll(/[`]((?:common|crew|failure|phone|kiosk|studio|jury|desk)\.[a-z0-9_.]*)\$\{/g), (m) => m[1] ?? "");
    const ofPages = Object.keys(english).filter((key) => !key.startsWith("problem."));
    expect(ofPages.filter((key) => !named.has(key) && !made.some((start) => key.startsWith(start)))).toEqual([]);
    expect([...named].filter((key) => !(key in english))).toEqual([]);
  });
});

describe("render", () => {
  test("puts values where their names stand", () => {
    expect(render("Episode {number} of {count}", { number: 3, count: 12 }, "en")).toBe("Episode 3 of 12");
  });

  test("chooses the plural form of the language", () => {
    const message = { one: "{count} серия", few: "{count} серии", many: "{count} серий", other: "{count} серии" };
    expect([1, 3, 7, 21].map((count) => render(message, { count }, "ru"))).toEqual(["1 серия", "3 серии", "7 серий", "21 серия"]);
  });

  test("writes numbers in the digits of the locale", () => {
    expect(render("{count}", { count: 43 }, "fa-IR")).toBe("۴۳");
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
