/** Looks after the page: a picture that stands still, a page that has run for a day, a new version. A page that hangs is ended from outside. */

import { TAKE_OVER } from "../../shared/offline/films";
import { hall } from "../hall/hall.svelte";
import { running } from "../hall/running.svelte";
import { CHANCE, Healer, type Cure, type Trouble } from "./healing";
import { localTime } from "./programme";

const TICK = 1_000;
const MEMORY = "tallscreen.kiosk.trouble";
const HOUR = 3_600_000;
/** Nobody is in the hall then. */
const NIGHT = 4;
const OLD = 12 * HOUR;

export interface Care {
  zone: () => string | null;
  now: () => number;
  recovered: () => void;
}

/** Until the returned function is called. */
export function takeCare({ zone, now, recovered }: Care): () => void {
  const healer = new Healer(remembered());
  const opened = performance.now();
  let safeSince = 0;
  let ticks = 0;
  const apply: Readonly<Record<Cure, () => void>> = {
    none: () => undefined,
    next: () => { running.reel?.skip(); },
    reload: () => { location.reload(); },
    safe: () => {
      hall.safe = true;
      safeSince = performance.now();
    },
  };
  const timer = setInterval(() => {
    if (hall.safe && performance.now() - safeSince > CHANCE) hall.safe = false;
    ticks += 1;
    const cure = healer.tick(ticks * TICK, movingNow());
    sessionStorage.setItem(MEMORY, JSON.stringify(healer.trouble));
    if (cure !== "none") recovered();
    apply[cure]();
    if (performance.now() - opened > OLD && !hall.visitor && isNight(zone(), now())) location.reload();
  }, TICK);
  const stop = takeNewVersions();
  return () => {
    clearInterval(timer);
    stop();
  };
}

/** Of the loop: a visitor's own film is looked after by its own page. */
function movingNow(): boolean | null {
  return hall.visitor || hall.safe ? null : (running.reel?.moving ?? null);
}

function remembered(): Trouble {
  try {
    return JSON.parse(sessionStorage.getItem(MEMORY) ?? "") as Trouble;
  } catch {
    return { ms: 0, reloads: 0 };
  }
}

function isNight(zone: string | null, at: number): boolean {
  return zone !== null && Math.floor(localTime(at, zone).minute / 60) === NIGHT;
}

/** A new version comes between two visitors: its worker takes over, and the page is loaded anew from it. */
function takeNewVersions(): () => void {
  const listening = new AbortController();
  const { serviceWorker } = navigator;
  const had = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => { if (had && !hall.visitor) location.reload(); }, { signal: listening.signal });
  const timer = setInterval(() => {
    void serviceWorker.getRegistration("/kiosk").then(async (registration) => {
      await registration?.update().catch(() => undefined);
      if (!hall.visitor) registration?.waiting?.postMessage({ kind: TAKE_OVER });
    });
  }, 300_000);
  return () => {
    clearInterval(timer);
    listening.abort();
  };
}
