/** What the whole series is at: one sentence and one bar. Pure. */

import type { EpisodeState } from "../../api/types";
import type { Segment } from "../../shared/crew/segment";
import type { OnItsWay } from "../upload/sending.svelte";

export interface Summary {
  ready: number;
  count: number;
  /** Rows that wait for a person. */
  needed: number;
  /** Rows that are prepared without anybody's help. */
  preparing: number;
  segments: Segment[];
}

type SendingOf = (episode: number) => OnItsWay | undefined;

const NOBODY: SendingOf = () => undefined;

export function summarise(episodes: readonly EpisodeState[], sendingOf: SendingOf = NOBODY): Summary {
  const rows = episodes.map((episode) => ({ episode, sending: sendingOf(episode.id) }));
  const count = (test: (row: (typeof rows)[number]) => boolean): number => rows.filter(test).length;
  return {
    ready: count(({ episode, sending }) => episode.state === "ready" && !sending),
    count: rows.length,
    needed: count(({ episode, sending }) => needsSomebody(episode, sending)),
    preparing: count(({ episode, sending }) => !sending && ["received", "queued", "encoding"].includes(episode.state)),
    segments: rows.map(({ episode, sending }) => segmentOf(episode, sending)),
  };
}

export function needsSomebody(episode: EpisodeState, sending: OnItsWay | undefined): boolean {
  if (sending) return sending.phase === "failed";
  return episode.state === "failed" || episode.state === "uploading";
}

function segmentOf(episode: EpisodeState, sending: OnItsWay | undefined): Segment {
  if (!sending) return { id: episode.id, state: episode.state, done: episode.progress / 100 };
  if (sending.phase === "failed") return { id: episode.id, state: "failed", done: 0 };
  return { id: episode.id, state: sending.phase === "next" ? "queued" : "uploading", done: sending.size ? sending.sent / sending.size : 0 };
}
