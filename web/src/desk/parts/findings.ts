/** What the figures say. Pure. */

import type { EpisodeState, Overview } from "../../api/types";

type State = EpisodeState["state"];

/** In the order of the way an episode goes; what is done comes first, what failed last. */
export const ORDER: readonly State[] = ["ready", "encoding", "queued", "received", "uploading", "awaiting_upload", "failed"];

export interface Share {
  state: State;
  count: number;
  /** 0..1 of all */
  part: number;
}

export function shares(counts: Partial<Record<State, number>>): Share[] {
  const all = ORDER.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  return ORDER.filter((state) => counts[state]).map((state) => ({ state, count: counts[state] ?? 0, part: (counts[state] ?? 0) / all }));
}

/** Each host once, however many workers it runs. */
export function unprotectedHosts(workers: Overview["workers"]): string[] {
  return [...new Set(workers.filter(({ sandbox }) => sandbox === "none").map(({ host }) => host))];
}

/** Something waits, and nobody is there who will take it. */
export function isAbandoned({ workers, waiting }: Pick<Overview, "workers" | "waiting">): boolean {
  return waiting > 0 && workers.every(({ leaving }) => leaving);
}
