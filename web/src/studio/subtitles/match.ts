/** Which episode and language each dropped file is for, and which of them a person has to say. Pure. */

import { episodeNumberOf } from "../drop/episode-number";
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
const LARGEST_SOUND = 2 * 1024 ** 3;
const SUBTITLES = /\.(?:srt|vtt|ass|ssa)$/iu;
const SOUNDS = /\.(?:wav|flac|m4a|mp3|ac3)$/iu;
const LITTER = /^(?:\.|thumbs\.db$|desktop\.ini$|~\$)/iu;
/** At the end of a name, in front of its suffix: the language, which is no part of the number. */
const LANGUAGE_PART = /[._\s-]\p{L}{2,}(?:[-_]\p{L}{2,4})?$/u;

/** `pathOf`: with the folders it was dropped in. */
export function matchSubtitles<File extends Dropped>(files: readonly File[], numbers: readonly number[], pathOf: (file: File) => string): Matched<File> {
  const matched: Matched<File> = { placed: [], asked: [] };
  for (const file of files) {
    if (LITTER.test(file.name)) continue;
    const number = numberOf(file.name);
    const lang = subtitleLanguageOf(pathOf(file));
    const doubt = doubtOf(file, number, lang, numbers);
    const kind = SOUNDS.test(file.name) ? "sound" : "subtitles";
    if (doubt === null && number !== null && lang !== null) matched.placed.push({ kind, file, number, lang });
    else matched.asked.push({ kind, file, number, lang, doubt: doubt ?? "no_number" });
  }
  return apart(matched);
}

function numberOf(name: string): number | null {
  const plain = name.replace(SUBTITLES, "").replace(SOUNDS, "");
  return episodeNumberOf(plain.replace(LANGUAGE_PART, "")) ?? episodeNumberOf(plain);
}

function doubtOf(file: Dropped, number: number | null, lang: string | null, numbers: readonly number[]): Doubt | null {
  if (!SUBTITLES.test(file.name) && !SOUNDS.test(file.name)) return "not_subtitles";
  if (file.size > (SUBTITLES.test(file.name) ? LARGEST : LARGEST_SOUND)) return "too_large";
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
