/** Names of countries and languages as exports write them, to codes: in English, and in the reader's language. */

import { COUNTRIES } from "../../pages/countries";
import { codes, countries, languages } from "../names.svelte";
import type { Lookup } from "./columns";

/** What exports call some countries, where Intl has another name. */
const ALSO: Readonly<Record<string, string>> = {
  usa: "US", "united states of america": "US", uk: "GB", "great britain": "GB", "russian federation": "RU", "iran, islamic republic of": "IR", "korea, republic of": "KR", korea: "KR",
  "china, people's republic of": "CN", "hong kong": "HK", macao: "MO", taiwan: "TW", turkey: "TR", "viet nam": "VN", "czech republic": "CZ", "syrian arab republic": "SY", "moldova, republic of": "MD",
};
const LANGUAGES_ALSO: Readonly<Record<string, string>> = { mandarin: "zh", "chinese (mandarin)": "zh", farsi: "fa", kirghiz: "ky", kyrgyz: "ky", "modern greek (1453-)": "el", "spanish; castilian": "es" };

function index(pairs: Iterable<readonly [string, string | undefined]>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [code, name] of pairs) if (name && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), code);
  return found;
}

export function makeLookup(): Lookup {
  const regions = new Intl.DisplayNames(["en"], { type: "region" });
  const tongues = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
  const places = index([...COUNTRIES.map((code) => [code, regions.of(code)] as const), ...countries().map(({ code, name }) => [code, name] as const)]);
  const spoken = index([...codes().map((code) => [code, tongues.of(code)] as const), ...languages().map(({ code, name }) => [code, name] as const)]);
  return {
    country: (name) => (COUNTRIES.includes(name) ? name : (places.get(name.toLowerCase()) ?? ALSO[name.toLowerCase()])),
    language: (name) => (/^[a-z]{2}$/.test(name) && tongues.of(name) ? name : (spoken.get(name.toLowerCase()) ?? LANGUAGES_ALSO[name.toLowerCase()])),
  };
}
