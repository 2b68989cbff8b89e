/** Messages: {name} placeholders and plural forms. Pure; the page's language lives in words.svelte.ts. */

export type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Messages = Record<string, Message>;
export type Values = Record<string, string | number>;

/** A message as pieces, so that a page can put an element (a <bdi>, a tabular number) where a placeholder stood. */
export function render(message: Message, values: Values, locale: string): string {
  return formOf(message, values, locale).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

/** Plural messages are chosen by the value named `count`. */
function formOf(message: Message, values: Values, locale: string): string {
  if (typeof message === "string") return message;
  const count = values["count"];
  const rule = typeof count === "number" ? new Intl.PluralRules(locale).select(count) : "other";
  return message[rule] ?? message.other ?? "";
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
