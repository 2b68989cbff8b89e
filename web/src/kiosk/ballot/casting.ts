/** One tap at this screen: on its disk before anything is said, then the festival's answer when it comes. */

import { uuid7 } from "../../shared/uuid7";
import { hall } from "../hall/hall.svelte";
import type { ShownAward } from "../hall/show";
import { isChoice, questionOf, type Visitor } from "../hall/visitor.svelte";

export interface Answer {
  value: number | null;
  choices: readonly number[] | null;
}

/** Whether this visitor votes with the badge that was scanned, or as somebody at the screen. */
export function byBadge(award: ShownAward, visitor: Visitor): boolean {
  return visitor.badge !== null && award.ways.includes("badge");
}

export async function cast(visitor: Visitor, award: ShownAward, entry: number, { value, choices }: Answer): Promise<void> {
  const desk = hall.desk;
  if (!desk) return;
  const question = questionOf(award, entry);
  const id = uuid7(desk.now().at);
  const made = { id, value, choices, reason: null, receipt: null };
  const badge = byBadge(award, visitor) ? visitor.badge : null;
  /** Unless the festival's answer is here already, or another tap came after this one. */
  const say = (state: "saved" | "lost"): void => {
    const shown = visitor.votes.get(question);
    if (shown?.id === id && shown.state === "saving") visitor.vote(question, { ...made, state });
  };
  visitor.vote(question, { ...made, state: "saving" });
  try {
    await desk.vote({ id, award: award.id, entry: isChoice(award) ? null : entry, value, choices, visitor: badge === null ? visitor.id : null, badge });
    say("saved");
  } catch {
    say("lost");
  }
}
