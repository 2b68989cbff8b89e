/** Which episode and language each dropped file is for, and which of them a person has to say. Pure. */

import { isLitter, LARGEST_FILE, numberBeforeLanguage, SOUND, SUBTITLE } from "../drop/judge";
import { subtitleLanguageOf } from "../drop/subtitle-language";

export type Doubt = "no_number" | "no_language" | "no_episode" | "twice" | "too_large" | "not_subtitles";

export interface Dropped {
  name: string;
  size: number;
}

export interface Placed<File extends Dropped> {
  kind: "subtitles" | "sound";
  file: File;
  number: number;
  lang: string;
}

export interface Asked<File extends Dropped> {
  kind: "subtitles" | "sound";
  file: File;
  number: number | null;
  lang: string | null;
  doubt: Doubt;
}

export interface Matched<File extends Dropped> {
  placed: Placed<File>[];
  asked: Asked<File>[];
}

/** What the server takes in one request, before it is written as text. */
const LARGEST = 1_200_000;

/** `pathOf`: with the folders it was dropped in. */
export function matchSubtitles<File extends Dropped>(files: readonly File[], numbers: readonly number[], pathOf: (file: File) => string): Matched<File> {
  const matched: Matched<File> = { placed: [], asked: [] };
  for (const file of files) {
    if (isLitter(file.name)) continue;
    const number = numberBeforeLanguage(file.name);
    const lang = subtitleLanguageOf(pathOf(file));
    const doubt = doubtOf(file, number, lang, numbers);
    const kind = SOUND.test(file.name) ? "sound" : "subtitles";
    if (doubt === null && number !== null && lang !== null) matched.placed.push({ kind, file, number, lang });
    else matched.asked.push({ kind, file, number, lang, doubt: doubt ?? "no_number" });
  }
  return apart(matched);
}

function doubtOf(file: Dropped, number: number | null, lang: string | null, numbers: readonly number[]): Doubt | null {
  if (!SUBTITLE.test(file.name) && !SOUND.test(file.name)) return "not_subtitles";
  if (file.size > (SUBTITLE.test(file.name) ? LARGEST : LARGEST_FILE)) return "too_large";
  if (number === null) return "no_number";
  if (!numbers.includes(number)) return "no_episode";
  return lang === null ? "no_language" : null;
}

/** Two files for one place: neither is taken before somebody says which. */
function apart<File extends Dropped>({ placed, asked }: Matched<File>): Matched<File> {
  const keyOf = ({ kind, number, lang }: Placed<File>): string => `${kind} ${String(number)} ${lang}`;
  const counts = new Map<string, number>();
  for (const each of placed) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  const twice = placed.filter((each) => (counts.get(keyOf(each)) ?? 0) > 1);
  return {
    placed: placed.filter((each) => !twice.includes(each)).sort((a, b) => a.number - b.number || a.lang.localeCompare(b.lang)),
    asked: [...asked, ...twice.map((each): Asked<File> => ({ ...each, doubt: "twice" }))],
  };
}

/** Questions nobody can answer but with another file. */
export function hopeless(doubt: Doubt): boolean {
  return doubt === "too_large" || doubt === "not_subtitles";
}
