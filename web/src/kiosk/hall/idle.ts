/** When a screen in the hall may start over. Pure. */

export const QUIET = 30_000;
export const WARNING = 5_000;

export interface Sitting {
  now: number;
  touched: number;
  /** Somebody is watching a playing episode: that is not idleness. */
  watching: boolean;
  /** When the last episode ended or was paused; the wait begins there. */
  stopped: number;
  /** How long nobody may touch it before the count-down; each screen has its own. */
  quiet?: number;
}

export type Idle = { state: "quiet"; /** 0..1 of the wait */ part: number } | { state: "warning"; left: number } | { state: "over" };

export function idleOf({ now, touched, watching, stopped, quiet = QUIET }: Sitting): Idle {
  if (watching) return { state: "quiet", part: 0 };
  const waited = now - Math.max(touched, stopped);
  if (waited < quiet) return { state: "quiet", part: Math.max(0, waited / quiet) };
  const left = quiet + WARNING - waited;
  return left > 0 ? { state: "warning", left: Math.ceil(left / 1000) } : { state: "over" };
}
