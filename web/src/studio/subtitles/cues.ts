/** What can be done to the cues of one episode. Pure: every change gives a new list, in order of time. */

import type { Cue, Finding as Told } from "../../api/types";

export type { Cue };
/** As the server says it, with nothing left out. */
export type Finding = Required<Pick<Told, "fault">> & { cue: number | null; value: number | null; limit: number | null; mend: boolean };

export function findingOf({ fault, cue, value, limit, mend }: Told): Finding {
  return { fault, cue: cue ?? null, value: value ?? null, limit: limit ?? null, mend: mend ?? false };
}

/** Milliseconds: what a new cue lasts, and what one keeps at least. */
const USUAL = 2000;
const LEAST = 100;
const READABLE = 1000;

type Cues = readonly Cue[];

export function inOrder(cues: Cues): Cue[] {
  return [...cues].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Text stays where it is; times put a cue in its place. */
export function changed(cues: Cues, index: number, change: Partial<Cue>): Cue[] {
  return cues.map((cue, at) => (at === index ? { ...cue, ...change } : cue));
}

export function setIn(cues: Cues, index: number, at: number): Cue[] {
  const cue = cues[index];
  if (!cue) return [...cues];
  const start = Math.max(0, Math.round(at));
  return changed(cues, index, { start, end: Math.max(cue.end, start + LEAST) });
}

export function setOut(cues: Cues, index: number, at: number): Cue[] {
  const cue = cues[index];
  if (!cue) return [...cues];
  const end = Math.max(LEAST, Math.round(at));
  return changed(cues, index, { end, start: Math.min(cue.start, end - LEAST) });
}

/** One cue by so many milliseconds, not before the beginning of the film. */
export function nudge(cues: Cues, index: number, by: number): Cue[] {
  const cue = cues[index];
  if (!cue) return [...cues];
  const step = Math.max(by, -cue.start);
  return changed(cues, index, { start: cue.start + step, end: cue.end + step });
}

/** This cue and all after it; the distance between them stays. */
export function shiftFrom(cues: Cues, index: number, by: number): Cue[] {
  const first = cues[index];
  if (!first) return [...cues];
  const step = Math.max(by, -first.start);
  return cues.map((cue, at) => (at < index ? cue : { ...cue, start: cue.start + step, end: cue.end + step }));
}

/** Two of one, the words parted at the place in the text where somebody stands, else in the middle. */
export function split(cues: Cues, index: number, at: number, caret: number | null = null): Cue[] {
  const cue = cues[index];
  if (!cue) return [...cues];
  const inside = at > cue.start + LEAST && at < cue.end - LEAST ? Math.round(at) : Math.round((cue.start + cue.end) / 2);
  const [before, after] = parted(cue.text, caret);
  return [...cues.slice(0, index), { ...cue, end: inside, text: before }, { ...cue, start: inside, text: after }, ...cues.slice(index + 1)];
}

function parted(text: string, caret: number | null): [string, string] {
  const place = caret !== null && caret > 0 && caret < text.length ? caret : nearestGap(text, text.length / 2);
  return [text.slice(0, place).trim(), text.slice(place).trim()];
}

/** A line's end first, then a space, else the very place. */
function nearestGap(text: string, wanted: number): number {
  for (const gap of ["\n", " "]) {
    const places = Array.from(text, (sign, at) => (sign === gap ? at : -1)).filter((at) => at > 0);
    if (places.length > 0) return places.reduce((best, at) => (Math.abs(at - wanted) < Math.abs(best - wanted) ? at : best));
  }
  return Math.ceil(wanted);
}

export function merge(cues: Cues, index: number): Cue[] {
  const [cue, next] = [cues[index], cues[index + 1]];
  if (!cue || !next) return [...cues];
  const text = [cue.text, next.text].filter((words) => words.trim() !== "").join("\n");
  return [...cues.slice(0, index), { start: cue.start, end: Math.max(cue.end, next.end), text }, ...cues.slice(index + 2)];
}

/** An empty one at this moment, as long as there is room for it. */
export function add(cues: Cues, at: number): { cues: Cue[]; index: number } {
  const start = Math.max(0, Math.round(at));
  const next = cues.find((cue) => cue.start > start);
  const made = { start, end: Math.max(start + LEAST, Math.min(start + USUAL, next?.start ?? Infinity)), text: "" };
  const ordered = inOrder([...cues, made]);
  return { cues: ordered, index: ordered.indexOf(made) };
}

export function without(cues: Cues, index: number): Cue[] {
  return cues.filter((_, at) => at !== index);
}

export function indexAt(cues: Cues, milliseconds: number): number {
  return cues.findIndex((cue) => cue.start <= milliseconds && milliseconds < cue.end);
}

const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/gu;
const MARKS = /[\u200e\u200f]/gu;
const LEADING = /^([.,!?؟،؛:])(?![.…])(.*\p{L}.*)$/u;

export interface MendOptions {
  rtl: boolean;
  filmMs: number | null;
}

type Mender = (cues: Cues, index: number, cue: Cue, options: MendOptions & { room: number; limit: number }) => Cue[];

/** The end is put later, as far as there is room, and never earlier. */
const until = (cues: Cues, index: number, end: number, room: number): Cue[] => changed(cues, index, { end: Math.max(cues[index]?.end ?? 0, Math.min(room, Math.ceil(end))) });

const MENDERS: Partial<Record<Finding["fault"], Mender>> = {
  overlap(cues, index, cue) {
    const next = cues[index + 1];
    return next && next.start > cue.start ? changed(cues, index, { end: next.start }) : merge(cues, index);
  },
  fast: (cues, index, cue, { room, limit }) => until(cues, index, cue.start + (countOf(cue.text) * 1000) / Math.max(1, limit), room),
  short: (cues, index, cue, { room }) => until(cues, index, cue.start + READABLE, room),
  backwards: (cues, index, cue, { room }) => changed(cues, index, { end: Math.max(cue.start + LEAST, Math.min(room, cue.start + READABLE)) }),
  long_line: (cues, index, cue, { limit }) => changed(cues, index, { text: wrapped(cue.text, limit) }),
  empty: (cues, index) => without(cues, index),
  beyond: (cues, index, cue, { filmMs }) => (cue.start >= (filmMs ?? Infinity) ? without(cues, index) : changed(cues, index, { end: filmMs ?? cue.end })),
  marks: (cues, index, cue, { rtl }) => changed(cues, index, { text: unmarked(cue.text, rtl) }),
};

/** One finding put right; the same list where only a person can. */
export function mend(cues: Cues, { fault, cue: index, limit }: Finding, options: MendOptions): Cue[] {
  const cue = index === null ? undefined : cues[index];
  const mender = MENDERS[fault];
  if (!cue || index === null || !mender) return [...cues];
  const room = Math.min(cues[index + 1]?.start ?? Infinity, options.filmMs ?? Infinity);
  return mender(cues, index, cue, { ...options, room, limit: limit ?? 0 });
}

function unmarked(text: string, rtl: boolean): string {
  const plain = text.replace(OVERRIDES, "");
  return rtl ? plain.split("\n").map((line) => line.trim().replace(LEADING, "$2$1")).join("\n") : plain.replace(MARKS, "");
}

function countOf(text: string): number {
  return Array.from(text.replace(/\p{Mn}|\p{Me}|\p{Cf}|\n/gu, "")).length;
}

const TOUCHING = /[\p{Script=Han}\p{Script=Hiragana}]/u;
/** Signs no line begins with. */
const CLINGING = /^[，。！？、：；,.!?]/u;

function inOneLine(text: string): string {
  return text.split("\n").map((line) => line.trim()).filter(Boolean).join(TOUCHING.test(text) ? "" : " ");
}

/** Lines of about the same length, none longer than it may be if words allow; scripts without spaces part anywhere. */
export function wrapped(text: string, limit: number): string {
  const whole = inOneLine(text);
  const count = Math.max(1, Math.ceil(countOf(whole) / Math.max(1, limit)));
  const glue = whole.includes(" ") ? " " : "";
  const aim = countOf(whole) / count;
  const [first = "", ...pieces] = glue ? whole.split(glue) : Array.from(whole);
  const lines = [first];
  for (const piece of pieces) {
    const line = lines.at(-1) ?? "";
    const longer = line + glue + piece;
    const further = countOf(longer) - aim > aim - countOf(line);
    const over = countOf(longer) > limit || (further && lines.length < count);
    if (over && !CLINGING.test(piece)) lines.push(piece);
    else lines[lines.length - 1] = longer;
  }
  return lines.join("\n");
}

/** Everything that can be put right without a person, one after the other. */
export function mendAll(cues: Cues, findings: readonly Finding[], options: MendOptions): Cue[] {
  // From the end on: a cue that goes moves none that is still to be mended, and nothing more is wrong with it.
  const ordered = findings.filter((finding) => finding.mend).sort((a, b) => (b.cue ?? 0) - (a.cue ?? 0));
  let [mended, gone]: [Cue[], number | null] = [[...cues], null];
  for (const finding of ordered) {
    if (finding.cue === gone) continue;
    const after = mend(mended, finding, options);
    if (after.length < mended.length) gone = finding.cue;
    mended = after;
  }
  return mended;
}

export function toVtt(cues: Cues): string {
  const blocks = inOrder(cues).map(({ start, end, text }) => {
    const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
    return `${stamp(start)} --> ${stamp(end)}\n${lines.map((line) => line.replaceAll("&", "&amp;").replaceAll("<", "&lt;")).join("\n")}`;
  });
  return `WEBVTT\n\n${blocks.join("\n\n")}\n`;
}

/** 00:01:02.345 */
export function stamp(milliseconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const seconds = milliseconds / 1000;
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${String(milliseconds % 1000).padStart(3, "0")}`;
}

/** 1:02.345, as people write times of a short film; hours where there are some. */
export function shortStamp(milliseconds: number): string {
  return stamp(milliseconds).replace(/^00:0?/u, "");
}

/** What somebody typed as a time: 62.3, 1:02.3, 0:01:02,345. Null where it is none. */
export function parseStamp(text: string): number | null {
  const match = /^(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,4})(?:[.,](\d{1,3}))?$/u.exec(text.trim());
  if (!match) return null;
  const [, hours = "0", minutes = "0", seconds = "0", rest = "0"] = match;
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(rest.padEnd(3, "0"));
}
