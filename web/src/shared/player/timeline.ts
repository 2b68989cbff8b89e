/** Where the segments of a rendition lie in time. */

export interface Span {
  start: number;
  end: number;
}

export function spansOf(durations: readonly number[]): Span[] {
  let start = 0;
  return durations.map((duration) => {
    const span = { start, end: start + duration };
    start = span.end;
    return span;
  });
}

/** The segment that holds `time`; the last one for any time behind the end. */
export function segmentAt(spans: readonly Span[], time: number): number {
  const index = spans.findIndex((span) => time < span.end);
  return index === -1 ? Math.max(0, spans.length - 1) : index;
}

/** Whether one unbroken range holds the segment, but for a sliver at its borders: sound and picture do not end together. */
export function holds(ranges: TimeRanges, span: Span): boolean {
  const sliver = Math.min(0.25, (span.end - span.start) / 4);
  for (let index = 0; index < ranges.length; index += 1) {
    if (ranges.start(index) <= span.start + sliver && span.end - sliver <= ranges.end(index)) return true;
  }
  return false;
}

/** Seconds of unbroken buffer from `time` on; a hole shorter than `tolerance` is bridged. */
export function bufferedAhead(ranges: TimeRanges, time: number, tolerance = 0.15): number {
  let reach = time;
  for (let index = 0; index < ranges.length; index += 1) {
    if (ranges.start(index) <= reach + tolerance && ranges.end(index) > reach) reach = ranges.end(index);
  }
  return reach - time;
}

/** Where to go when `time` stands in a small hole before buffered film, else null. */
export function overHole(ranges: TimeRanges, time: number, longest = 0.5): number | null {
  for (let index = 0; index < ranges.length; index += 1) {
    const start = ranges.start(index);
    if (start > time && start - time <= longest) return start + 0.001;
    if (start <= time && time < ranges.end(index) - 0.05) return null;
  }
  return null;
}

/** The names of the segment files: <base><rung>/<nnn>.m4s */
export function segmentUrl(base: string, rung: string, index: number): string {
  return `${base}${rung}/${String(index).padStart(3, "0")}.m4s`;
}
