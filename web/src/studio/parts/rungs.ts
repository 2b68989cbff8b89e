/** What is being made of an episode, in the order viewers wait for it. Pure. */

import type { EpisodeState } from "../../api/types";

export interface Size {
  /** The picture's short side, as people call it: "540". */
  label: string;
  /** 0..1 */
  part: number;
}

const LADDER = /^v(\d+)$/;

/** The sizes that viewers wait for; none once they have them. */
export function sizesOf({ state, rungs }: EpisodeState): Size[] {
  if (state === "ready") return [];
  return rungs.flatMap(({ name, progress }) => {
    const label = LADDER.exec(name)?.[1];
    return label ? [{ label, part: progress / 100 }] : [];
  });
}

/** How far the smaller files of a ready episode are, 0..1; null while they only wait. */
export function improvementOf({ rungs }: EpisodeState): number | null {
  const parts = rungs.filter(({ name, progress }) => !LADDER.test(name) && progress < 100).map(({ progress }) => progress);
  return parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0) / parts.length / 100;
}
