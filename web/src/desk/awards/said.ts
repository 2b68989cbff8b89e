/** Rules, times and lists as sentences, for the form, the award's page and the result. */

import { serverNow } from "../../api/clock";
import type { Gate, NewAward, Publication, WatchRule } from "../../api/types";
import { words } from "../../shared/words.svelte";
import type { Tier } from "./draft";

type Minimum = NonNullable<NewAward["minimum"]>;

/** "Saturday 14 November, 22:00" on the clocks of the festival; of another year with that year. */
export function moment(at: Date | string, timeZone: string): string {
  const weekday = words.language.inflectsDays ? {} : ({ weekday: "long" } as const);
  const thisYear = new Date(at).getUTCFullYear() === new Date(serverNow()).getUTCFullYear();
  const date = words.date(at, { ...weekday, day: "numeric", month: "long", ...(!thisYear && { year: "numeric" }), timeZone });
  return words.say("common.moment", { date, time: words.date(at, { hour: "2-digit", minute: "2-digit", timeZone }) });
}

/** Each tier with its weight where that is not 1. */
export function sayTiers(tiers: readonly Tier[], weights: Readonly<Record<string, number>>): string[] {
  return tiers.map((tier) => {
    const name = words.say(`desk.tier_in.${tier}`);
    const weight = weights[tier] ?? 1;
    return weight === 1 ? name : words.say("desk.weighted", { name, weight: words.number(weight) });
  });
}

export function sayMinimum({ rule, votes, share }: Minimum): string {
  if (rule === "count") return words.say("desk.sum.count", { count: votes ?? 0 });
  if (rule === "share") return words.say("desk.sum.share", { share: words.percent(share ?? 0) });
  return words.say(rule === "auto" ? "desk.sum.auto" : "desk.sum.none");
}

export function sayWatch(rule: WatchRule | null | undefined): string {
  const episodes = rule?.episodes;
  const share = rule?.share == null ? "" : words.percent(rule.share);
  if (episodes && share) return words.say("desk.sum.watch_both", { count: episodes, share });
  if (episodes) return words.say("desk.sum.watch_episodes", { count: episodes });
  return share ? words.say("desk.sum.watch_share", { share }) : words.say("desk.sum.no_watch");
}

/** What is said at the last gate: who has asked, who agreed. */
export function sayPeople(gate: Gate["state"], { state, asked_by, agreed_by, published_at }: Omit<Publication, "award">, zone: string): string {
  const name = (person: typeof asked_by): string => person?.name ?? "";
  if (state === "published") return words.say("desk.gate.people_passed", { first: name(asked_by), second: name(agreed_by), time: moment(published_at ?? "", zone) });
  if (state === "asked") return words.say("desk.gate.people_asked", { name: name(asked_by) });
  return words.say(gate === "later" ? "publish.people_later" : "desk.gate.people_open");
}
