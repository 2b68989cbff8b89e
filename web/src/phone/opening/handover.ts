/** What the first script of a film's page hands to the player that takes over. */

import type { Started } from "../../shared/player/started";

export interface Handover {
  slug: string;
  number: number;
  video: HTMLVideoElement;
  started: Started;
}

declare global {
  interface Window {
    tallscreenOpening?: Handover;
  }
}

/** The film that already plays, once, for whoever shows this episode. */
export function takeOpening(slug: string, number: number): Handover | null {
  const opening = window.tallscreenOpening;
  delete window.tallscreenOpening;
  if (opening?.slug === slug && opening.number === number) return opening;
  opening?.started.stop();
  return null;
}
