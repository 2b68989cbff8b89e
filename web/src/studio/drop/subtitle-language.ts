/**
 * The language of a subtitle or sound file, from its name, else from the folders it lies in: E07.ru.srt, 07_english.vtt,
 * 第7集.中文.srt, Russian/07.srt, E07.pt-BR.ass, E07_chs.srt. Kept by its language alone: of zh-Hans and pt-BR, zh and pt.
 */

import { LANGUAGES } from "../../shared/languages";

/** What people write that no list of languages has. */
const ALIASES: Record<string, string> = {
  англ: "en", рус: "ru", русские: "ru", chs: "zh", cht: "zh", cn: "zh", sc: "zh", tc: "zh", hans: "zh", hant: "zh", mandarin: "zh", chi: "zh",
  中文: "zh", 中字: "zh", 简体: "zh", 繁体: "zh", 繁體: "zh", 简中: "zh", 繁中: "zh", 汉语: "zh", 漢語: "zh", 英文: "en", 俄文: "ru", 日文: "ja", 韩文: "ko",
  farsi: "fa", per: "fa", kz: "kk", kir: "ky", tajik: "tg", cze: "cs", fre: "fr", ger: "de", gre: "el", dut: "nl", rum: "ro", slo: "sk", ice: "is", geo: "ka", arm: "hy", may: "ms",
};
/** Whose names are known in themselves, in English, Russian and Chinese. */
const NAMED = "en ru zh hi ur fa kk ky tg uz be uk ar tr de fr es pt it pl cs sk ro hu nl sv da fi nb el he ka hy az tk mn ja ko vi th id ms bn ta te ps ku tt ug bg sr hr sl lt lv et".split(" ");

let names: Map<string, string> | null = null;

function knownNames(): Map<string, string> {
  if (names) return names;
  names = new Map(Object.entries(ALIASES));
  for (const code of NAMED) {
    for (const reader of new Set([code, "en", "ru", "zh"])) {
      const name = new Intl.DisplayNames([reader], { type: "language", fallback: "none" }).of(code);
      if (name) names.set(name.normalize("NFKC").toLowerCase(), code);
    }
  }
  for (const { code, name } of LANGUAGES) names.set(name.toLowerCase(), code);
  return names;
}

const TAGGED = /(?:^|[^\p{L}\p{M}])(\p{L}{2,3})[-_](?:[A-Z]{2}|[A-Z][a-z]{3}|419)$/u;
const SUFFIX = /\.(?:srt|vtt|ass|ssa|wav|flac|m4a|mp3|ac3|mp4|mov|mkv|webm)$/iu;

export function subtitleLanguageOf(path: string): string | null {
  const parts = path.normalize("NFKC").split(/[/\\]/u).reverse();
  for (const [index, part] of parts.entries()) {
    const found = languageIn(index === 0 ? part.replace(SUFFIX, "") : part, index === 0);
    if (found) return found;
  }
  return null;
}

function languageIn(part: string, file: boolean): string | null {
  const tagged = TAGGED.exec(part)?.[1]?.toLowerCase();
  if (tagged && isLanguage(tagged)) return shortest(tagged);
  const tokens = part.toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean).reverse();
  const known = tokens.map(named).find((code) => code !== null);
  // A language the festival does not list, given as a code at the very end of the name, or as the whole of a folder's.
  const last = file || tokens.length === 1 ? (tokens[0] ?? "") : "";
  return known ?? (isLanguage(last) ? shortest(last) : null);
}

function named(token: string): string | null {
  return knownNames().get(token) ?? LANGUAGES.find(({ code }) => code === token)?.code ?? threeLetters(token);
}

/** `rus`, `eng`: three letters that have a shorter form mean the language and no word. */
function threeLetters(token: string): string | null {
  if (!/^[a-z]{3}$/u.test(token)) return null;
  const short = shortest(token);
  return short.length === 2 && NAMED.includes(short) ? short : null;
}

function isLanguage(code: string): boolean {
  return /^[a-z]{2,3}$/u.test(code) && Boolean(new Intl.DisplayNames(["en"], { type: "language", fallback: "none" }).of(code));
}

function shortest(code: string): string {
  return new Intl.Locale(code).language;
}
