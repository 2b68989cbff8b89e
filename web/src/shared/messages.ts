/** Messages: {name} placeholders and plural forms. Pure; the page's language lives in words.svelte.ts. */

export type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Messages = Record<string, Message>;
export type Values = Record<string, string | number>;

/** How a language writes what is put into its messages. */
export interface Writing {
  readonly locale: string;
  /** The locale of its digits and separators, where `locale` is not the one. */
  readonly figures?: string;
  readonly direction?: "ltr" | "rtl";
}

const LEFT_TO_RIGHT = /[^\P{L}\p{Script=Arabic}]/u;
const RIGHT_TO_LEFT = /\p{Script=Arabic}/u;

/**
 * A value with letters of the other direction, kept together so that it moves nothing around it. The direction is said and not
 * left to be guessed: of a value that holds others ("date, time") only the comma would be looked at.
 */
function isolated(value: string): string {
  if (!LEFT_TO_RIGHT.test(value)) return value;
  return `${RIGHT_TO_LEFT.test(value) ? "\u2067" : "\u2066"}${value}\u2069`;
}

/** A message with its values. */
export function render(message: Message, values: Values, writing: Writing): string {
  return formOf(message, values, writing.locale).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (typeof value === "number") return new Intl.NumberFormat(writing.figures ?? writing.locale).format(value);
    return writing.direction === "rtl" ? isolated(value) : value;
  });
}

/** Plural messages are chosen by the value named `count`. */
function formOf(message: Message, values: Values, locale: string): string {
  if (typeof message === "string") return message;
  const count = values["count"];
  const rule = typeof count === "number" ? pluralRules(locale).select(count) : "other";
  return message[rule] ?? message.other ?? "";
}

/** Of a language that Intl does not know: one and other, instead of the rules of whatever language the device speaks. */
export function pluralRules(locale: string): Intl.PluralRules {
  return new Intl.PluralRules(Intl.PluralRules.supportedLocalesOf(locale).length > 0 ? locale : "en");
}

export function placeholders(message: Message): string[] {
  const forms = typeof message === "string" ? [message] : Object.values(message);
  const names = forms.flatMap((form) => Array.from(form.matchAll(/\{(\w+)\}/g), (match) => match[1] ?? ""));
  return [...new Set(names)].sort();
}

/** Catalogue text in the reader's language, else English, else whatever there is. */
export function pick(words: Readonly<Record<string, string>> | null | undefined, lang: string): string {
  if (!words) return "";
  return words[lang] || words["en"] || Object.values(words).find(Boolean) || "";
}

/** Which language `pick` took, for a lang attribute where it differs from the page's. */
export function pickedLanguage(words: Readonly<Record<string, string>> | null | undefined, lang: string): string {
  if (!words || words[lang]) return lang;
  if (words["en"]) return "en";
  return Object.keys(words).find((code) => words[code]) ?? lang;
}
