import type { CutRule } from "../../api/jury";
import { words } from "../../shared/words.svelte";

/** "The best 5 go on", "Everyone from 4.5 goes on", or that this is the last round. */
export function sayCut(cut: CutRule | null): string {
  if (!cut) return words.say("juries.cut.none");
  if (cut.kind === "quota") return words.say("juries.cut.quota", { count: cut.titles ?? 0 });
  return words.say("juries.cut.score", { least: words.number(cut.least ?? 0, { maximumFractionDigits: 2 }) });
}
