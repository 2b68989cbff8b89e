/** How submissions look, and what is known of one at a glance. Pure. */

import Check from "@lucide/svelte/icons/check";
import Inbox from "@lucide/svelte/icons/inbox";
import Question from "@lucide/svelte/icons/message-circle-question-mark";
import Reply from "@lucide/svelte/icons/reply";
import Undo from "@lucide/svelte/icons/undo-2";
import X from "@lucide/svelte/icons/x";
import type { DecisionKind, EpisodeState, ReviewRow } from "../../api/types";

export const TRAYS = ["waiting", "asked", "accepted", "declined", "withdrawn"] as const;
export type Tray = (typeof TRAYS)[number];

export const LOOKS = {
  new: { tone: "beam", icon: Inbox },
  answered: { tone: "beam", icon: Reply },
  asked: { tone: "wait", icon: Question },
  accepted: { tone: "kept", icon: Check },
  declined: { tone: "", icon: X },
  withdrawn: { tone: "", icon: Undo },
} as const;

export type Look = keyof typeof LOOKS;

export function lookOf({ tray, state }: Pick<ReviewRow, "tray" | "state">): Look {
  return tray === "withdrawn" ? "withdrawn" : state;
}

export const KINDS: readonly DecisionKind[] = ["accept", "ask", "decline"];
/** What a submission is after a decision. */
export const BECOMES: Readonly<Record<DecisionKind, "accepted" | "asked" | "declined">> = { accept: "accepted", ask: "asked", decline: "declined" };

export function open(row: Pick<ReviewRow, "tray" | "state" | "released_at">): DecisionKind[] {
  if (row.tray === "withdrawn") return [];
  if (row.released_at !== null) return row.state === "accepted" ? [] : ["accept"];
  return KINDS.filter((kind) => BECOMES[kind] !== row.state);
}

/** The letter of the keyboard stands for the same in every language: it is where it is. */
export const KEYS: Readonly<Record<string, DecisionKind | "next" | "before" | "undo">> = {
  KeyJ: "next", KeyK: "before", KeyA: "accept", KeyQ: "ask", KeyD: "decline", KeyU: "undo",
};

export interface Glance {
  milliseconds: number;
  langs: string[];
  failed: EpisodeState[];
  watchable: EpisodeState[];
}

export function glance(episodes: readonly EpisodeState[]): Glance {
  const milliseconds = episodes.reduce((sum, { duration_ms: length }) => sum + (length ?? 0), 0);
  const everywhere = (lang: string): boolean => episodes.every(({ subtitles }) => subtitles.includes(lang));
  const langs = [...new Set(episodes.flatMap(({ subtitles }) => subtitles))].filter(everywhere).sort();
  return {
    milliseconds,
    langs,
    failed: episodes.filter(({ failure }) => failure !== null),
    watchable: episodes.filter(({ package: watchable }) => watchable !== null),
  };
}
