import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { languageOf } from "../src/shared/languages";

const WORDS = join(import.meta.dirname, "../src/words");

/** What the server says on a first screen, in every language there is: so no text of ours stands in its code. */
export function firstWords(): Record<string, Record<string, string>> {
  return Object.fromEntries(readdirSync(WORDS).sort().map((code) => {
    const said = JSON.parse(readFileSync(join(WORDS, code, "phone.json"), "utf8")) as Record<string, string>;
    const { direction, locale } = languageOf(code);
    const digits = new Intl.NumberFormat(locale, { useGrouping: false, minimumIntegerDigits: 10 }).format(123456789);
    return [code, { dir: direction, digits, episode: said["phone.episode"] ?? "", episodes: said["phone.series.episodes"] ?? "" }];
  }));
}

/** Writes them beside the pages, for the API to read once at its start. */
export function firstWordsPlugin(): Plugin {
  return {
    name: "first-words",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "first-words.json", source: JSON.stringify(firstWords()) });
    },
  };
}
