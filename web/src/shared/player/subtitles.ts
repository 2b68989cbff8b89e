/** WebVTT as far as festivals use it: timed lines of text. Everything else in the file is skipped, never shown. */

export interface Cue {
  start: number;
  end: number;
  lines: string[];
}

const TIMING = /^(?:(\d+):)?(\d{2}):(\d{2})[.,](\d{3})\s+-->\s+(?:(\d+):)?(\d{2}):(\d{2})[.,](\d{3})/;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", nbsp: "\u00a0", lrm: "\u200e", rlm: "\u200f" };

export function parseVtt(text: string): Cue[] {
  const blocks = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n").split(/\n{2,}/);
  return blocks.flatMap((block) => cueOf(block.split("\n"))).sort((a, b) => a.start - b.start);
}

function cueOf(block: string[]): Cue[] {
  const at = block.findIndex((line) => line.includes("-->"));
  const match = at === -1 ? null : TIMING.exec(block[at]?.trim() ?? "");
  if (!match) return [];
  const [, h1, m1, s1, f1, h2, m2, s2, f2] = match;
  const lines = block.slice(at + 1).map(plain).filter(Boolean);
  const cue = { start: seconds(h1, m1, s1, f1), end: seconds(h2, m2, s2, f2), lines };
  return lines.length > 0 && cue.end > cue.start ? [cue] : [];
}

function seconds(hours: string | undefined, minutes = "0", whole = "0", thousandths = "0"): number {
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(whole) + Number(thousandths) / 1000;
}

function plain(line: string): string {
  return line
    .replace(/<[^>]*>/g, "")
    .replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .trim();
}

/** All lines to be shown at `time`; two cues may overlap. */
export function linesAt(cues: readonly Cue[], time: number): string[] {
  return cues.filter((cue) => cue.start <= time && time < cue.end).flatMap((cue) => cue.lines);
}

/** When the cue shown at `time` began, or null. */
export function cueStart(cues: readonly Cue[], time: number): number | null {
  return cues.findLast((cue) => cue.start <= time && time < cue.end)?.start ?? null;
}
