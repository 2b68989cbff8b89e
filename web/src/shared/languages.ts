/** The languages of the festival, each named in its own script. A language can be chosen once its message files exist. */

/** Where a reader's own choice is kept. */
export const LANGUAGE_KEY = "tallscreen.language";

export type Direction = "ltr" | "rtl";

export interface Language {
  readonly code: string;
  readonly name: string;
  readonly direction: Direction;
  /** For Intl: digits and calendars as readers of this language write them. */
  readonly locale: string;
  /** The weekday changes its form after "until", and Intl knows only one form: such languages name the date instead. */
  readonly inflectsDays?: boolean;
  /** Intl writes a range of days in bare figures here: two dates with a word between them read better. */
  readonly rangesByWords?: boolean;
  /** Intl's short units are Latin letters or an unusual abbreviation here: whole words instead. */
  readonly spellsUnits?: boolean;
  /**
   * Common browsers leave this language out of Intl and would write dates in the language of the device. Its dates and units are
   * in its own message file ("calendar.*" in common.json), and its figures are written as in this locale.
   */
  readonly figures?: string;
}

const ENGLISH: Language = { code: "en", name: "English", direction: "ltr", locale: "en-GB" };

export const LANGUAGES: readonly Language[] = [
  { code: "zh", name: "中文", direction: "ltr", locale: "zh-CN", rangesByWords: true },
  { code: "ru", name: "Русский", direction: "ltr", locale: "ru-RU", inflectsDays: true },
  ENGLISH,
  { code: "hi", name: "हिन्दी", direction: "ltr", locale: "hi-IN-u-hc-h23", spellsUnits: true },
  { code: "ur", name: "اردو", direction: "rtl", locale: "ur-PK-u-hc-h23" },
  { code: "fa", name: "فارسی", direction: "rtl", locale: "fa-IR-u-ca-persian", spellsUnits: true },
  { code: "kk", name: "Қазақша", direction: "ltr", locale: "kk-KZ", figures: "uk-UA" },
  { code: "ky", name: "Кыргызча", direction: "ltr", locale: "ky-KG", figures: "uk-UA" },
  { code: "tg", name: "Тоҷикӣ", direction: "ltr", locale: "tg-TJ", figures: "uk-UA" },
  { code: "uz", name: "Oʻzbekcha", direction: "ltr", locale: "uz-Latn-UZ", figures: "uk-UA" },
  { code: "be", name: "Беларуская", direction: "ltr", locale: "be-BY", figures: "ru-RU", inflectsDays: true },
];

export function languageOf(code: string): Language {
  return LANGUAGES.find((language) => language.code === code) ?? ENGLISH;
}

/** The first of `wanted` (tags such as "zh-Hans-CN") that is among `available`, else English. */
export function choose(wanted: readonly string[], available: readonly string[]): string {
  for (const tag of wanted) {
    const code = tag.toLowerCase().split("-")[0] ?? "";
    if (available.includes(code)) return code;
  }
  return available.includes("en") ? "en" : (available[0] ?? "en");
}
