/** Countries and languages by their names in the reader's language. */

import { LANGUAGES } from "../../shared/languages";
import { words } from "../../shared/words.svelte";
import { COUNTRIES } from "../pages/countries";

export interface Named {
  code: string;
  name: string;
}

const byName = (a: Named, b: Named): number => a.name.localeCompare(b.name, words.language.locale);

export function countries(): Named[] {
  return COUNTRIES.map((code) => ({ code, name: words.country(code) })).sort(byName);
}

/** Every language of two letters that the browser can name; those of the festival first, in their own script. */
export function languages(): Named[] {
  const names = new Intl.DisplayNames([words.language.figures ? "ru" : words.language.locale], { type: "language", fallback: "none" });
  const own = new Set(LANGUAGES.map(({ code }) => code));
  const others = codes().filter((code) => !own.has(code)).flatMap((code) => {
    const name = names.of(code);
    return name ? [{ code, name }] : [];
  });
  return [...LANGUAGES.map(({ code, name }) => ({ code, name })), ...others.sort(byName)];
}

/** aa to zz: what is no language has no name. */
export function codes(): string[] {
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
  return letters.flatMap((first) => letters.map((second) => first + second));
}
