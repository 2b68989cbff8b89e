/**
 * How much is loaded before it is known that it will be watched. Pure.
 *
 * What lies ahead is at risk: most who leave an episode leave it early. So little is kept ahead at first and more the
 * longer somebody watches; on a link that hardly carries the film a stall is the greater risk, and all may be loaded.
 */

/** nothing: attached only. start: the first segment, for a picture at once. first: seconds to play from. all: play. */
export type Load = "nothing" | "start" | "first" | "all";

export interface Watch {
  load: Load;
  /** Seconds of this film that were played. */
  watched: number;
  /** bit/s of the link, null before it was measured, and bit/s of the film as it is loaded. */
  estimate: number | null;
  bitrate: number;
  /** It has stood still for want of data. */
  stalled: boolean;
}

const BEGIN = 3;
const MOST = { wide: 7, narrow: 12 } as const;
const GROWTH = { wide: 0.2, narrow: 0.6 } as const;
/** So many times the film's rate must the link carry to be called wide. */
const WIDE = 2;

export function isNarrow({ estimate, bitrate, stalled }: Pick<Watch, "estimate" | "bitrate" | "stalled">): boolean {
  return stalled || (estimate !== null && estimate < WIDE * bitrate);
}

/** Seconds to keep in front of the playhead: a segment is fetched while its start is nearer than this. */
export function goalOf(watch: Watch): number {
  if (watch.load === "nothing") return 0;
  if (watch.load === "start") return 0.5;
  if (watch.load === "first") return 2.5;
  const link = isNarrow(watch) ? "narrow" : "wide";
  if (watch.stalled) return MOST.narrow;
  return Math.min(MOST[link], BEGIN + watch.watched * GROWTH[link]);
}

const RANK: readonly Load[] = ["nothing", "start", "first", "all"];

/** What was allowed stays allowed: to break off and begin again costs more than to go on. */
export function further(before: Load, now: Load): Load {
  return RANK.indexOf(now) > RANK.indexOf(before) ? now : before;
}

export interface Place {
  /** Seconds in the buffer in front of the playhead, and whether nothing more is to come. */
  ahead: number;
  complete: boolean;
  goal: number;
  narrow: boolean;
  /** The reader or the phone wants less data: nothing is loaded for an episode that was not asked for. */
  saver: boolean;
}

/** What the next episode may load while this one plays. */
export function nextLoad({ ahead, complete, goal, narrow, saver }: Place): Load {
  if (saver) return "nothing";
  if (complete || ahead >= goal) return "first";
  return ahead >= (narrow ? 4 : 1.5) ? "start" : "nothing";
}
