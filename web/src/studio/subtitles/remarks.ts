/** What was noticed, in the reader's words. */

import { words } from "../../shared/words.svelte";
import type { Finding } from "./cues";

export function sayFinding({ fault, value, limit }: Finding, lang: string): string {
  const fine = { maximumFractionDigits: 1 };
  const said = (number: number | null): string => words.number(number ?? 0, fine);
  return words.say(`studio.subs.find.${fault}`, { value: said(value), limit: said(limit), language: words.languageName(lang) });
}
