import { LANGUAGES, type Direction } from "./languages";

/** Of those nobody can read the pages in, but subtitles may be in, the ones written from right to left. */
const RIGHT_TO_LEFT = ["ar", "ps", "ug", "ku", "sd", "he", "yi"];

/** How a language is written, also one of subtitles alone. */
export function directionOf(code: string): Direction {
  return LANGUAGES.find((language) => language.code === code)?.direction ?? (RIGHT_TO_LEFT.includes(code) ? "rtl" : "ltr");
}
