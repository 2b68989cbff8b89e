/** The verdict over a dropped file, in sentences. */

import type { Component } from "svelte";
import Check from "@lucide/svelte/icons/check";
import Clock from "@lucide/svelte/icons/clock";
import Alert from "@lucide/svelte/icons/triangle-alert";
import X from "@lucide/svelte/icons/x";
import { sayProblem } from "../../shared/problem-words";
import { words } from "../../shared/words.svelte";
import type { Doubt, Grade, Judged } from "../drop/judge";
import type { Refusal } from "../drop/kinds";
import type { Line } from "../drop/line.svelte";
import type { Rules } from "../drop/verdict";
import { sayRemark } from "./facts";
import { foundIn } from "./said";

export interface SaidVerdict {
  tone: "" | "kept" | "wait" | "loss";
  icon: Component<{ class?: string }>;
  short: string;
  /** What to do about it. */
  more?: string;
}

const LOOKS: Record<Grade, Pick<SaidVerdict, "tone" | "icon">> = {
  looking: { tone: "", icon: Clock },
  fine: { tone: "kept", icon: Check },
  there: { tone: "kept", icon: Check },
  warned: { tone: "wait", icon: Alert },
  asks: { tone: "wait", icon: Alert },
  refused: { tone: "loss", icon: X },
  out: { tone: "", icon: X },
};

export function sayVerdict(line: Line, judged: Judged, rules: Rules): SaidVerdict {
  const look = LOOKS[judged.grade];
  if (line.problem) {
    const { happened, next } = sayProblem(line.problem, words);
    return { tone: "loss", icon: X, short: happened, more: next };
  }
  if (judged.useless) return { ...look, short: words.say(`studio.doubt.${judged.useless}`) };
  if (judged.refusal) return { ...look, ...sayRefusal(judged.refusal) };
  if (judged.doubt) return { ...look, short: sayDoubt(judged.doubt, line, rules) };
  return { ...look, short: sayGrade(line, judged) };
}

function sayGrade(line: Line, { grade, goesOn, remarks }: Judged): string {
  if (goesOn) return words.say("studio.drop.goes_on");
  if (grade === "warned") return remarks.length > 0 ? remarks.map(sayRemark).join(", ") : words.say("studio.drop.unread");
  if (grade === "looking") return words.say("studio.drop.looks");
  if (grade === "there") return words.say("studio.drop.there");
  if (grade === "out") return words.say("studio.drop.left_out");
  return line.kind === "subtitle" ? words.say("studio.drop.subtitles", { number: line.number ?? 0 }) : words.say("studio.drop.fine");
}

function sayDoubt(doubt: Doubt, line: Line, { min_seconds: least, max_seconds: most }: Rules): string {
  const length = words.clock(line.looked?.found?.seconds ?? 0);
  return words.say(`studio.doubt.${doubt}`, { number: line.number ?? 0, length, least: words.clock(least ?? 0), most: words.clock(most ?? 0) });
}

function sayRefusal({ code, values }: Refusal): { short: string; more: string } {
  const all = { ...values, ...foundIn(values, words) };
  const part = (name: "happened" | "next"): string => words.trySay(`failure.${code}.${name}`, all) ?? code;
  return { short: part("happened"), more: part("next") };
}
