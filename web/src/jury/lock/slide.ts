/** How far a handle has been slid along its line, 0 to 1. Pure. */

export interface Grip {
  /** where the finger took it, and where the finger is */
  from: number;
  to: number;
  /** how far the handle can go */
  way: number;
  rtl: boolean;
}

/** Only a whole slide counts: less springs back. */
export const WHOLE = 0.97;
const STEP = 0.1;

export function slid({ from, to, way, rtl }: Grip): number {
  const along = (rtl ? from - to : to - from) / Math.max(1, way);
  return Math.min(1, Math.max(0, along));
}

/** By keyboard in ten presses; no key jumps to the end. */
export function stepped(at: number, key: string, rtl: boolean): number | null {
  const forward = rtl ? "ArrowLeft" : "ArrowRight";
  const back = rtl ? "ArrowRight" : "ArrowLeft";
  if (key === forward || key === "ArrowUp") return Math.min(1, Math.round((at + STEP) * 10) / 10);
  if (key === back || key === "ArrowDown") return Math.max(0, Math.round((at - STEP) * 10) / 10);
  return null;
}
