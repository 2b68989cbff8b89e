/** What a festival looks like and speaks, where the server has not written it into the page. Its policy allows what is set by script. */

import type { Shades } from "../api/types";
import { choose, type Language } from "./languages";
import { SELECTABLE, wanted, words } from "./words.svelte";

const PROPERTIES = { lamp: "--lamp", lamp_hi: "--lamp-hi", on_lamp: "--on-lamp", lamp_wash: "--lamp-wash" } as const;

/** On the whole page, or on a part of it that shows what it would look like. Without shades: the house's own. */
export function paint(shades: Shades | null | undefined, { style }: HTMLElement = document.documentElement): void {
  for (const [name, property] of Object.entries(PROPERTIES) as [keyof Shades, string][]) {
    if (shades) style.setProperty(property, shades[name]);
    else style.removeProperty(property);
  }
}

/** What its readers may choose from, in the festival's order. */
export function selectable(): readonly Language[] {
  const offered = words.offered.flatMap((code) => SELECTABLE.filter((language) => language.code === code));
  return offered.length > 0 ? offered : SELECTABLE;
}

/** The festival has said which languages its pages speak: whoever reads another gets the nearest of them. */
export async function wear(offered: readonly string[] = [], shades: Shades | null = null): Promise<void> {
  paint(shades);
  words.offered = offered;
  const codes = selectable().map(({ code }) => code);
  if (!codes.includes(words.lang)) await words.use(choose(wanted(), codes));
}
