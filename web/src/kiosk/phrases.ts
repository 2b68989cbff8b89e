/** The invitation in every language of the house, at once: nobody has chosen one yet. */

import type { Language } from "../shared/languages";
import type { Messages } from "../shared/messages";
import { selectable } from "../shared/theme";

const FILES = import.meta.glob<Messages>("../words/*/kiosk.json", { import: "default" });

/** The rest of what a page says. */
const OTHERS = import.meta.glob<Messages>("../words/*/{common,phone}.json", { import: "default" });

export interface Phrase {
  language: Language;
  text: string;
}

export async function invitations(): Promise<Phrase[]> {
  const phrases = selectable().map(async (language) => {
    const messages = await FILES[`../words/${language.code}/kiosk.json`]?.();
    const text = messages?.["kiosk.touch"];
    return typeof text === "string" ? [{ language, text }] : [];
  });
  return (await Promise.all(phrases)).flat();
}

/** Every language is there before anybody asks for it: a touch waits for nothing. */
export async function everyLanguage(): Promise<void> {
  const files = selectable().flatMap(({ code }) => ["common", "phone"].map((name) => OTHERS[`../words/${code}/${name}.json`]?.()));
  await Promise.all(files);
}
