import { post } from "../../api/client";
import { Problem } from "../../api/problem";
import { MOVED_MS } from "../moved";
import { keep, readKept } from "../store/kept";

const KEY = "tallscreen.untold";
const ADDRESS = "/api/playback/summaries";
/** What is older than so many is forgotten: these are figures, not votes. */
const MOST = 300;

let sending = false;

/** Kept until the server has it, for it takes each of them once: a beacon of a page that is being left tells nobody whether it arrived. */
export function tell(summary: object, leaving: boolean): void {
  keep(KEY, [...untold(), summary].slice(-MOST));
  if (!leaving) setTimeout(() => void sendAll(), MOVED_MS);
  else if (navigator.onLine) navigator.sendBeacon(ADDRESS, new Blob([JSON.stringify(summary)], { type: "application/json" }));
}

function untold(): object[] {
  return readKept<object[]>(KEY, []);
}

/** In order, until one cannot be sent; one that is refused is not sent again. */
export async function sendAll(): Promise<void> {
  if (sending) return;
  sending = true;
  try {
    for (let next = untold()[0]; next && navigator.onLine; next = untold()[0]) {
      try {
        await post(ADDRESS, next);
      } catch (error) {
        if (!(error instanceof Problem) || error.passing) return;
      }
      const told = JSON.stringify(next);
      keep(KEY, untold().filter((each) => JSON.stringify(each) !== told));
    }
  } finally {
    sending = false;
  }
}
