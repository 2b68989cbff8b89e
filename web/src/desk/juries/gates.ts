/** The gates between a jury's decision and the public as sentences. */

import type { JuryGate } from "../../api/jury";
import { words } from "../../shared/words.svelte";

type Numbers = (name: string) => number;

const SAYS: Record<JuryGate["name"], (of: Numbers) => string[]> = {
  decided: (of) => [words.say("publish.jury.decided", { count: of("prizes") })],
  locked: (of) => [`${words.say("juries.locked_of", { locked: of("locked"), count: of("jurors") })}.`, of("early") ? `${words.say("publish.jury.early")}.` : ""],
  coverage: (of) => [words.say("publish.jury.seen", { seen: of("seen"), count: of("sheets") }), of("short") > 0 ? words.say("publish.jury.short", { count: of("short") }) : ""],
  recusals: (of) => [words.say("publish.jury.recusals", { count: of("recusals") })],
  titles: (of) => [of("hidden") > 0 ? words.say("publish.jury.hidden", { count: of("hidden") }) : words.say("publish.jury.released")],
  people: () => [],
};

export function sayGate({ name, state, numbers }: JuryGate): string {
  if (name === "decided" && state !== "passed") return words.say("publish.jury.undecided");
  if (state === "later") return words.say("publish.jury.later");
  return SAYS[name]((key) => Number((numbers as Record<string, unknown>)[key] ?? 0)).filter(Boolean).join(" ");
}
