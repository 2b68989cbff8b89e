/** What an organiser types about a section, and the same as the API takes it. Pure. */

import type { SectionRef, SectionRules } from "../../api/types";
import { toLocal, toMoment } from "../../shared/crew/moments";

export interface SectionDraft {
  name: string;
  landscape: SectionRef["landscape"];
  opens: string;
  closes: string;
  minSeconds: string;
  maxSeconds: string;
  minEpisodes: string;
  maxEpisodes: string;
  langs: string[];
  ai: SectionRef["ai_rule"];
  /** Minutes of the whole series. */
  minTotal: string;
  maxTotal: string;
  aiParts: AiPart[];
}

export type AiPart = SectionRef["ai_parts"][number];
export const AI_PARTS: readonly AiPart[] = ["script", "image", "voice", "music", "effects", "subtitles", "other"];

export type SectionWrong = Partial<Record<"name" | "closes" | "seconds" | "episodes" | "total", true>>;

const written = (value: number | null): string => (value === null ? "" : String(value));
const read = (text: string): number | null => (text === "" ? null : Number(text));

const inMinutes = (seconds: number | null): string => (seconds === null ? "" : String(Math.round(seconds / 6) / 10));
const inSeconds = (minutes: string): number | null => (minutes === "" ? null : Math.round(Number(minutes) * 60));

export function draftOf(section: SectionRef | null, name: string, zone: string): SectionDraft {
  if (!section) return { name: "", landscape: "refuse", opens: "", closes: "", minSeconds: "", maxSeconds: "", minEpisodes: "", maxEpisodes: "", langs: [], ai: "disclose", minTotal: "", maxTotal: "", aiParts: [] };
  const local = (moment: string | null): string => (moment ? toLocal(new Date(moment), zone) : "");
  return {
    name,
    landscape: section.landscape,
    opens: local(section.opens_at),
    closes: local(section.closes_at),
    minSeconds: written(section.min_seconds),
    maxSeconds: written(section.max_seconds),
    minEpisodes: written(section.min_episodes),
    maxEpisodes: written(section.max_episodes),
    langs: [...section.subtitle_langs],
    ai: section.ai_rule,
    minTotal: inMinutes(section.min_total_seconds),
    maxTotal: inMinutes(section.max_total_seconds),
    aiParts: [...section.ai_parts],
  };
}

const upsideDown = (from: string, to: string): boolean => from !== "" && to !== "" && Number(from) > Number(to);

export function wrongIn(draft: SectionDraft): SectionWrong {
  return {
    ...(!draft.name.trim() && { name: true as const }),
    ...(draft.opens && draft.closes && draft.opens >= draft.closes && { closes: true as const }),
    ...(upsideDown(draft.minSeconds, draft.maxSeconds) && { seconds: true as const }),
    ...(upsideDown(draft.minEpisodes, draft.maxEpisodes) && { episodes: true as const }),
    ...(upsideDown(draft.minTotal, draft.maxTotal) && { total: true as const }),
  };
}

/** `names` are those of the other languages, which stay. */
export function rulesOf(draft: SectionDraft, names: Record<string, string>, lang: string, zone: string): SectionRules {
  const moment = (local: string): string | null => (local ? (toMoment(local, zone)?.toISOString() ?? null) : null);
  return {
    name: { ...names, [lang]: draft.name.trim() },
    landscape: draft.landscape,
    opens_at: moment(draft.opens),
    closes_at: moment(draft.closes),
    min_seconds: read(draft.minSeconds),
    max_seconds: read(draft.maxSeconds),
    min_episodes: read(draft.minEpisodes),
    max_episodes: read(draft.maxEpisodes),
    subtitle_langs: draft.langs,
    ai_rule: draft.ai,
    min_total_seconds: inSeconds(draft.minTotal),
    max_total_seconds: inSeconds(draft.maxTotal),
    ai_parts: draft.ai === "refuse" ? draft.aiParts : [],
  };
}
