/** A flag's numbers as one sentence. Pure but for the words it is given. */

import type { EntryCard, Flag } from "../../api/types";
import type { Key } from "../../shared/words.svelte";
import type { Values } from "../../shared/messages";

interface Sayer {
  say(key: Key, values?: Values): string;
  percent(fraction: number): string;
  number(value: number, options?: Intl.NumberFormatOptions): string;
}

const SHARES = new Set(["share", "usual", "apart", "kiosk_share", "phone_share"]);

/** The numbers each sentence needs; where one is missing, the sentence with the count alone is said. */
const NEEDS = {
  "desk.flag.burst": ["title", "votes", "expected", "sigmas", "minutes", "time"],
  "desk.flag.single_entry": ["title", "odd", "ballots", "share", "usual"],
  "desk.flag.too_fast": ["title", "odd", "ballots", "share", "usual"],
  "desk.flag.one_network": ["title", "ballots", "next", "share", "usual"],
  "desk.flag.one_network_crowd": ["ballots", "next"],
  "desk.flag.many_devices": ["devices"],
  "desk.flag.channels": ["title", "apart", "kiosk_share", "phone_share"],
  "desk.flag.channels_against": ["title", "apart", "kiosk_share", "phone_share"],
  "desk.flag.kiosk_late": ["votes", "after_closing", "uncertainty"],
  "desk.flag.kiosk_early": ["votes", "uncertainty"],
  "desk.flag.kiosk_clock": ["votes"],
  "desk.flag.kiosk_too_fast": ["votes"],
  "desk.flag.kiosk_too_many": ["votes"],
} as const satisfies Partial<Record<Key, readonly string[]>>;

const KIOSK: Readonly<Record<string, keyof typeof NEEDS>> = {
  late: "desk.flag.kiosk_late",
  early: "desk.flag.kiosk_early",
  clock: "desk.flag.kiosk_clock",
  "too-fast": "desk.flag.kiosk_too_fast",
  "too-many": "desk.flag.kiosk_too_many",
};

function keyOf({ what, numbers }: Flag): keyof typeof NEEDS {
  if (what === "one_network" && typeof numbers["entry"] !== "number") return "desk.flag.one_network_crowd";
  if (what === "channels" && numbers["supports"] === false) return "desk.flag.channels_against";
  if (what === "kiosk") return KIOSK[String(numbers["reason"])] ?? "desk.flag.kiosk_clock";
  return `desk.flag.${what}`;
}

/** The entry a flag is about: named in its numbers, or in its subject as "entry:12 ...". */
export function entryOf({ subject, numbers }: Pick<Flag, "subject" | "numbers">): number | null {
  const named = numbers["entry"];
  if (typeof named === "number") return named;
  return Number(/^entry:(\d+)/.exec(subject)?.[1] ?? 0) || null;
}

export function sayFlag(flag: Flag, titles: ReadonlyMap<EntryCard["id"], string>, words: Sayer, time: (at: string) => string): string {
  const values: Values = {};
  for (const [name, value] of Object.entries(flag.numbers)) {
    if (typeof value === "number") values[name] = SHARES.has(name) ? words.percent(value) : words.number(value, { maximumFractionDigits: 1 });
  }
  const title = titles.get(entryOf(flag) ?? 0);
  if (title !== undefined) values["title"] = title;
  const minute = flag.numbers["minute"];
  if (typeof minute === "string") values["time"] = time(minute);
  const key = keyOf(flag);
  return NEEDS[key].every((name) => name in values) ? words.say(key, values) : words.say("desk.flag.other", { count: flag.ballots });
}
