/** What travels between two devices of one reader: progress of series, as the API speaks of it. Pure. */

import type { HandedProgress, TakenHandoff } from "../../api/types";
import { KNOWN } from "../receipt/codes";
import type { Progress } from "../store/progress";

/** As many series, newest first, as one request takes. */
const MOST = 60;
const MOST_BYTES = 48_000;
const LENGTH = 6;
/** A screen in the hall gives longer codes, for one film. */
const SCREEN_LENGTH = 8;

export function handed(progress: Progress): HandedProgress[] {
  const newest = Object.entries(progress).sort(([, a], [, b]) => b.at - a.at).slice(0, MOST);
  const all = newest.map(([series, { last, at, episodes }]): HandedProgress => ({
    series, last, at: Math.round(at),
    episodes: Object.entries(episodes).map(([number, each]) => ({ number: Number(number), seconds: tenths(each.seconds), duration: tenths(each.duration), done: each.done })),
  }));
  let bytes = 0;
  return all.filter((each) => (bytes += JSON.stringify(each).length) <= MOST_BYTES);
}

export function received(progress: readonly HandedProgress[]): Progress {
  return Object.fromEntries(progress.map(({ series, last, at, episodes }) => [
    series,
    { last, at, episodes: Object.fromEntries(episodes.map(({ number, seconds, duration, done }) => [number, { seconds, duration, done }])) },
  ]));
}

/** As typed: small letters, spaces and dashes do not matter. */
export function codeOf(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, "");
}

export function isCode(code: string): boolean {
  return (code.length === LENGTH || isOfScreen(code)) && KNOWN.test(code);
}

export function isOfScreen(code: string): boolean {
  return code.length === SCREEN_LENGTH;
}

/** What was watched at a screen, as progress: the film that was stopped at its second. */
export function watched({ slug, number, second, episodes }: TakenHandoff, at: number): Progress {
  const here = episodes.find((each) => each.number === number);
  const stopped = { number, seconds: second, duration: here?.duration ?? second, done: false };
  return received([{ series: slug, last: number, at, episodes: [...episodes.filter((each) => each !== here), stopped] }]);
}

function tenths(seconds: number): number {
  return Math.round(Math.max(0, seconds) * 10) / 10;
}
