/** The language of a subtitle file, from its name: E07.ru.srt, 07_english.vtt, 第7集.中文.srt. */

import { LANGUAGES } from "../../shared/languages";

const ALIASES: Record<string, string> = {
  eng: "en", english: "en", англ: "en", английский: "en", 英文: "en", 英语: "en",
  rus: "ru", russian: "ru", рус: "ru", русский: "ru", русские: "ru", 俄文: "ru", 俄语: "ru",
  chi: "zh", zho: "zh", chs: "zh", cht: "zh", chinese: "zh", cn: "zh", hans: "zh", hant: "zh", 中文: "zh", 简体: "zh", 繁体: "zh", 汉语: "zh",
  hin: "hi", hindi: "hi", urd: "ur", urdu: "ur", per: "fa", fas: "fa", persian: "fa", farsi: "fa",
  kaz: "kk", kazakh: "kk", kz: "kk", kir: "ky", kyrgyz: "ky", tgk: "tg", tajik: "tg",
  uzb: "uz", uzbek: "uz", bel: "be", belarusian: "be",
};

export function subtitleLanguageOf(fileName: string): string | null {
  const name = fileName.normalize("NFKC").toLowerCase().replace(/\.(?:srt|vtt)$/u, "");
  const tokens = name.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean).reverse();
  for (const token of tokens) {
    const known = ALIASES[token] ?? LANGUAGES.find(({ code, name: own }) => code === token || own.toLowerCase() === token)?.code;
    if (known) return known;
  }
  return otherLanguage(tokens[0]);
}

/** A language the festival does not list, given as a code at the very end of the name. */
function otherLanguage(token: string | undefined): string | null {
  if (!token || !/^[a-z]{2,3}$/u.test(token)) return null;
  return new Intl.DisplayNames(["en"], { type: "language", fallback: "none" }).of(token) ? token : null;
}
