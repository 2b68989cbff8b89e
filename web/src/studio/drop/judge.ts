/** What becomes of each dropped file: sent, asked about, or refused, before a byte of it leaves. Pure. */

import type { EpisodeState } from "../../api/types";
import type { Found } from "./container";
import { episodeNumberOf } from "./episode-number";
import type { Refusal } from "./kinds";
import type { Looked } from "./look-into";
import { lengthDoubt, refusalOfFilm, remarksOn, type Remark, type Rules } from "./verdict";

export const LARGEST_FILE = 2 * 1024 ** 3;

/** Nobody can answer these but with another file. */
export type Useless = "not_a_video" | "empty" | "too_large";
export type Doubt = "no_number" | "same_number" | "has_file" | "other_file" | "too_short" | "too_long" | "no_language" | "no_episode";
export type Grade = "looking" | "fine" | "warned" | "asks" | "refused" | "there" | "out";
export type Kind = "video" | "subtitle";

export interface NamedFile {
  name: string;
  size: number;
}

export interface Candidate {
  kind: Kind;
  file: NamedFile;
  number: number | null;
  lang: string | null;
  /** left out by a person, or of a folder that was not chosen */
  out: boolean;
  /** what a person has said yes to */
  agreed: ReadonlySet<Doubt>;
  looked: Looked | null;
}

export interface Judged {
  grade: Grade;
  useless?: Useless;
  refusal?: Refusal;
  doubt?: Doubt;
  remarks: Remark[];
  /** A part of this very file is here already. */
  goesOn: boolean;
}

export interface Surroundings {
  episodes: readonly EpisodeState[];
  rules: Rules;
  clock: (seconds: number) => string;
}

const VIDEO = /\.(?:mp4|mov|m4v|mkv|webm|avi|mxf|mpg|mpeg|ts|m2ts|wmv|flv|3gp)$/iu;
export const SUBTITLE = /\.(?:srt|vtt|ass|ssa)$/iu;
export const SOUND = /\.(?:wav|flac|m4a|mp3|ac3)$/iu;
const LANGUAGE_PART = /[._\s-]\p{L}{2,}(?:[-_]\p{L}{2,4})?$/u;
/** What systems leave in folders. A film whose name begins with a dot is none of it. */
const LITTER = /^(?:\._|\.[^.]+$|thumbs\.db$|desktop\.ini$|~\$)/iu;
const LONGEST_NAME = 300;

/** A name as the server is told it: what it cannot keep is left out, everything else is the sender's business. */
export function shownName(name: string): string {
  const whole = new TextDecoder().decode(new TextEncoder().encode(name)); // halves of a pair cannot be told
  return [...whole.replaceAll("\0", "")].slice(0, LONGEST_NAME).join("") || "?";
}

/** What systems leave in folders by themselves is no file of anybody's. */
export function isLitter(name: string): boolean {
  return LITTER.test(name);
}

export function kindOf(name: string): Kind {
  return SUBTITLE.test(name) ? "subtitle" : "video";
}

/** The number in the name of subtitles or of a sound: behind it stands their language, which is no part of it. */
export function numberBeforeLanguage(name: string): number | null {
  const plain = name.replace(SUBTITLE, "").replace(SOUND, "");
  return episodeNumberOf(plain.replace(LANGUAGE_PART, "")) ?? episodeNumberOf(plain);
}

/** The episode that has this very file, or a part of it. */
export function episodeOfFile(file: NamedFile, episodes: readonly EpisodeState[]): EpisodeState | undefined {
  const name = shownName(file.name);
  return episodes.find((episode) => episode.file_name === name && episode.size === file.size);
}

export function judgeAll(candidates: readonly Candidate[], around: Surroundings): Judged[] {
  const wanted = new Map<string, number>();
  const coming = new Set(around.episodes.map(({ number }) => number));
  for (const each of candidates) {
    if (isLost(each, around)) continue;
    wanted.set(placeOf(each), (wanted.get(placeOf(each)) ?? 0) + 1);
    if (each.kind === "video" && each.number !== null) coming.add(each.number);
  }
  return candidates.map((each) => judge(each, around, (wanted.get(placeOf(each)) ?? 0) > 1, coming));
}

/** Two files for one place: one episode, or one language of it. */
function placeOf({ kind, number, lang }: Candidate): string {
  return kind === "video" ? `v${String(number)}` : `s${String(number)} ${String(lang)}`;
}

function isLost(each: Candidate, around: Surroundings): boolean {
  return each.out || each.number === null || uselessBecause(each) !== null || refusalOf(each, around) !== null;
}

function judge(each: Candidate, around: Surroundings, twin: boolean, coming: ReadonlySet<number>): Judged {
  const remarks = each.looked?.found ? remarksOn(each.looked.found) : [];
  const say = (grade: Grade, more: Partial<Judged> = {}): Judged => ({ grade, remarks, goesOn: false, ...more });
  if (each.out) return say("out");
  const useless = uselessBecause(each);
  if (useless) return say("refused", { useless });
  if (each.kind === "video" && !each.looked) return say("looking");
  const refusal = refusalOf(each, around);
  if (refusal) return say("refused", { refusal });
  const doubt = doubtOf(each, twin, coming);
  if (doubt) return say("asks", { doubt });
  return each.kind === "subtitle" ? say("fine") : judgeFilm(each, around, say);
}

function judgeFilm(each: Candidate, { episodes, rules }: Surroundings, say: (grade: Grade, more?: Partial<Judged>) => Judged): Judged {
  const there = episodes.find(({ number }) => number === each.number);
  const same = episodeOfFile(each.file, there ? [there] : []);
  const goesOn = same?.state === "uploading";
  if (same && !goesOn && !isVacant(same)) return say("there");
  const found = foundIn(each);
  const doubt = [goesOn ? null : takenBy(there), found && lengthDoubt(found, rules)].find((asked) => asked !== null && !each.agreed.has(asked));
  if (doubt) return say("asks", { doubt });
  return say(isPlain(found) ? "fine" : "warned", { goesOn });
}

const foundIn = ({ looked }: Candidate): Found | null => looked?.found ?? null;

/** Nothing of it needs a word. */
function isPlain(found: Found | null): boolean {
  return found !== null && remarksOn(found).length === 0;
}

function uselessBecause({ kind, file }: Candidate): Useless | null {
  if (kind === "video" && !VIDEO.test(file.name)) return "not_a_video";
  if (file.size === 0) return "empty";
  return file.size > LARGEST_FILE ? "too_large" : null;
}

function refusalOf({ looked }: Candidate, { rules, clock }: Surroundings): Refusal | null {
  return looked?.refusal ?? (looked?.found ? refusalOfFilm(looked.found, rules, clock) : null);
}

function doubtOf({ kind, number, lang }: Candidate, twin: boolean, coming: ReadonlySet<number>): Doubt | null {
  if (number === null) return "no_number";
  if (kind === "subtitle" && !coming.has(number)) return "no_episode";
  if (kind === "subtitle" && lang === null) return "no_language";
  return twin ? "same_number" : null;
}

function isVacant(there: EpisodeState | undefined): boolean {
  return there === undefined || there.state === "awaiting_upload" || there.state === "failed";
}

function takenBy(there: EpisodeState | undefined): Doubt | null {
  if (there?.state === "uploading") return "other_file";
  return isVacant(there) ? null : "has_file";
}
