import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { placeholders, render, type Messages } from "../src/shared/messages";
import { mayRetry, sayFailure } from "../src/studio/parts/said";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const contract = read("transcoder/contract.py");
const table = contract.slice(contract.indexOf("FAILURES: Final"), contract.indexOf("class _Blank"));
const codes = Array.from(table.matchAll(/^ {4}"([a-z-]+)": \(\n\s+"(.*)",\n\s+\w+,\n\s+"(.*)",$/gm), ([, code, happened, next]) => ({ code: code ?? "", happened: happened ?? "", next: next ?? "" }));

const languages = readdirSync(join(ROOT, "web/src/words"));
const messages = (lang: string): Messages => JSON.parse(read(`web/src/words/${lang}/failure.json`)) as Messages;
const sayer = (lang: string) => {
  const all = messages(lang);
  return { trySay: (key: string, values: Record<string, string | number> = {}) => (all[key] === undefined ? undefined : render(all[key], values, { locale: lang })) };
};

describe("failures of the transcoder", () => {
  test("there are some", () => {
    expect(codes.length).toBeGreaterThan(10);
  });

  test.each(codes)("$code is said in every language, with the same values in it", ({ code, happened, next }) => {
    for (const lang of languages) {
      const said = messages(lang);
      expect(placeholders(said[`failure.${code}.happened`] ?? "")).toEqual(placeholders(happened));
      expect([said[`failure.${code}.kept`], said[`failure.${code}.next`]]).toEqual([expect.any(String), expect.any(String)]);
    }
    expect(messages("en")[`failure.${code}.happened`]).toBe(happened);
    expect(messages("en")[`failure.${code}.next`]).toBe(next);
  });

  test("no code is said that cannot happen", () => {
    const said = new Set(Object.keys(messages("en")).filter((key) => !key.startsWith("failure.found.")).map((key) => key.split(".")[1]));
    expect([...said].sort()).toEqual(codes.map(({ code }) => code).sort());
  });

  test("what the gate found has a name in every language", () => {
    const kinds = read("transcoder/kinds.py") + read("transcoder/probe.py") + read("transcoder/gate.py");
    const phrases = [...kinds.matchAll(/found="([^"]+)"|^ {4}b"[^"]*": "(an? [^"]+)",$/gm)].map(([, found, named]) => found ?? named ?? "");
    expect(phrases.length).toBeGreaterThan(5);
    const keys = phrases.map((phrase) => `failure.found.${phrase.toLowerCase().replace(/[^a-z]+/g, "_")}`);
    expect(keys.filter((key) => !(key in messages("ru")))).toEqual([]);
  });
});

describe("sayFailure", () => {
  const failure = { code: "not-a-video", happened: "This file is a PDF document, not a video.", kept: "k", next: "n", values: { found: "a PDF document" } };

  test("translates what was found too", () => {
    expect(sayFailure(failure, sayer("ru")).happened).toBe("Этот файл: документ PDF, а не видео.");
    expect(sayFailure(failure, sayer("en")).happened).toBe(failure.happened);
  });

  test("falls back to the server's own sentence for a code unknown here", () => {
    expect(sayFailure({ ...failure, code: "new-code" }, sayer("zh"))).toEqual({ happened: failure.happened, kept: "k", next: "n" });
  });

  test("only what failed on our side may be tried again as it is", () => {
    expect(["worker-lost", "not-a-video"].map((code) => mayRetry({ ...failure, code }))).toEqual([true, false]);
  });
});

test("every problem of the API is said in every language", () => {
  const known = Array.from(read("api/errors.py").matchAll(/^ {4}code(?:, status)? = "([a-z-]+)"/gm), ([, code]) => code ?? "");
  expect(known.length).toBeGreaterThan(15);
  for (const lang of languages) {
    const said = JSON.parse(read(`web/src/words/${lang}/problem.json`)) as Messages;
    expect(known.filter((code) => !(`problem.${code}.happened` in said))).toEqual([]);
  }
});
