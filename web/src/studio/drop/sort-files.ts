/** What becomes of each dropped file: sent, added as subtitles, or shown with a question. Pure. */

import type { EpisodeState } from "../../api/types";
import { episodeNumberOf } from "./episode-number";
import { subtitleLanguageOf } from "./subtitle-language";

export const LARGEST_FILE = 2 * 1024 ** 3;

export type Doubt =
  | "no_number"
  | "same_number"
  | "has_file"
  | "other_file"
  | "too_large"
  | "empty"
  | "not_upright"
  | "no_language"
  | "no_episode"
  | "not_a_video";

export interface NamedFile {
  name: string;
  size: number;
}

export interface Question<File extends NamedFile> {
  kind: "video" | "subtitle";
  file: File;
  doubt: Doubt;
  number: number | null;
  lang: string | null;
}

export interface Sorted<File extends NamedFile> {
  videos: { file: File; number: number }[];
  subtitles: { file: File; number: number; lang: string }[];
  questions: Question<File>[];
}

const VIDEO = /\.(?:mp4|mov|m4v|mkv|webm|avi|mxf|mpg|mpeg|ts|m2ts|wmv|flv|3gp)$/i;
const SUBTITLE = /\.(?:srt|vtt)$/i;
const LITTER = /^(?:\.|thumbs\.db$|desktop\.ini$|~\$)/i;

export function sortFiles<File extends NamedFile>(files: readonly File[], episodes: readonly EpisodeState[]): Sorted<File> {
  const sorted: Sorted<File> = { videos: [], subtitles: [], questions: [] };
  const wanted = files.filter(({ name }) => !LITTER.test(name));
  const subtitles = wanted.filter(({ name }) => SUBTITLE.test(name));
  const videos = wanted.filter((file) => !subtitles.includes(file));
  const numbers = new Map(videos.map((file) => [file, episodeNumberOf(file.name)]));
  for (const file of videos) {
    const number = numbers.get(file) ?? null;
    const twins = [...numbers.values()].filter((other) => other !== null && other === number).length;
    const doubt = doubtOf(file, number, twins > 1, episodes);
    if (doubt === null && number !== null) sorted.videos.push({ file, number });
    else sorted.questions.push({ kind: "video", file, doubt: doubt ?? "no_number", number, lang: null });
  }
  const coming = [...episodes.map(({ number }) => number), ...sorted.videos.map(({ number }) => number)];
  for (const file of subtitles) sortSubtitle(file, coming, sorted);
  sorted.videos.sort((a, b) => a.number - b.number);
  return sorted;
}

function doubtOf(file: NamedFile, number: number | null, twin: boolean, episodes: readonly EpisodeState[]): Doubt | null {
  const useless = uselessBecause(file);
  if (useless) return useless;
  if (number === null) return "no_number";
  return twin ? "same_number" : takenBy(episodes.find((episode) => episode.number === number), file);
}

function uselessBecause(file: NamedFile): Doubt | null {
  if (!VIDEO.test(file.name)) return "not_a_video";
  if (file.size === 0) return "empty";
  return file.size > LARGEST_FILE ? "too_large" : null;
}

const VACANT = new Set<EpisodeState["state"] | undefined>([undefined, "awaiting_upload", "failed"]);

function takenBy(there: EpisodeState | undefined, file: NamedFile): Doubt | null {
  if (there?.state === "uploading") return there.size === file.size ? null : "other_file";
  return VACANT.has(there?.state) ? null : "has_file";
}

function sortSubtitle<File extends NamedFile>(file: File, numbers: readonly number[], sorted: Sorted<File>): void {
  const number = episodeNumberOf(file.name.replace(SUBTITLE, "").replace(/[._-][\p{L}]{2,4}(?:[._-][\p{L}]{2,4})?$/u, ""));
  const lang = subtitleLanguageOf(file.name);
  const ask = (doubt: Doubt): void => {
    sorted.questions.push({ kind: "subtitle", file, doubt, number, lang });
  };
  if (number === null) ask("no_number");
  else if (!numbers.includes(number)) ask("no_episode");
  else if (lang === null) ask("no_language");
  else sorted.subtitles.push({ file, number, lang });
}

/** Questions nobody can answer but with another file. */
export function hopeless(doubt: Doubt): boolean {
  return doubt === "not_a_video" || doubt === "empty" || doubt === "too_large";
}
