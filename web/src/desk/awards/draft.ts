/** An award as it is typed, what is wrong with it, and what is sent. Pure. */

import type { AwardCard, NewAward } from "../../api/types";
import type { Key } from "../../shared/words.svelte";
import { toLocal, toMoment } from "../../shared/crew/moments";

export type Kind = AwardCard["kind"];
export type Method = AwardCard["method"];
export type Tier = AwardCard["tiers"][number];
export type Board = AwardCard["board"];
export type MinimumRule = NonNullable<NewAward["minimum"]>["rule"];

export const KINDS: readonly Kind[] = ["stars", "grades", "yesno", "favourite", "approval", "ranking"];
export const TIERS: readonly Tier[] = ["badge", "hall", "email", "device", "kiosk", "paper"];
export const BOARDS: readonly Board[] = ["turnout", "open", "hidden"];
export const MINIMUMS: readonly MinimumRule[] = ["none", "count", "share", "auto"];
/** How each kind may be counted; the first is what is suggested. */
export const METHODS: Readonly<Record<Kind, readonly [Method, ...Method[]]>> = {
  stars: ["mean", "imdb", "confidence", "majority_judgment"],
  grades: ["mean", "imdb", "confidence", "majority_judgment"],
  yesno: ["wilson", "share", "attendance"],
  favourite: ["plurality"],
  approval: ["plurality", "wilson"],
  ranking: ["schulze", "instant_runoff", "borda", "plurality"],
};
const MOST_CHOICES = 50;

/** Numbers are null while their fields are empty; shares are typed in per cent. */
export interface Draft {
  texts: { lang: string; name: string }[];
  slug: string;
  kind: Kind;
  entries: "series" | "episode";
  section: string;
  choices: number | null;
  opens: string;
  closes: string;
  grace: number | null;
  tiers: Record<Tier, { on: boolean; weight: number | null }>;
  /** Until when paper may be keyed, where it is admitted. */
  paperUntil: string;
  method: Method;
  minimum: MinimumRule;
  votes: number | null;
  percent: number | null;
  watch: boolean;
  watchEpisodes: number | null;
  watchPercent: number | null;
  board: Board;
  receipts: boolean;
}

export type Wrong = Partial<Record<"name" | "slug" | "choices" | "opens" | "closes" | "grace" | "tiers" | "paperUntil" | "minimum" | "watch", Key>>;

export function newDraft(langs: readonly string[], opens: string, closes: string): Draft {
  const tier = (on: boolean) => ({ on, weight: 1 });
  return {
    texts: langs.map((lang) => ({ lang, name: "" })), slug: "", kind: "stars", entries: "series", section: "", choices: null,
    opens, closes, grace: 60,
    tiers: { badge: tier(false), hall: tier(false), email: tier(false), device: tier(true), kiosk: tier(false), paper: tier(false) }, paperUntil: closes,
    method: "mean", minimum: "none", votes: 20, percent: 10, watch: false, watchEpisodes: 1, watchPercent: 50, board: "turnout", receipts: true,
  };
}

export const limitsChoices = (kind: Kind): boolean => kind === "approval" || kind === "ranking";
export const chosenTiers = (draft: Draft): Tier[] => TIERS.filter((tier) => draft.tiers[tier].on);

const isWhole = (value: number | null, least: number, most: number): boolean => value !== null && Number.isInteger(value) && value >= least && value <= most;
const isPart = (value: number | null): boolean => value !== null && value > 0 && value <= 100;

export function check(draft: Draft, zone: string, now: Date): Wrong {
  return { ...checkNames(draft), ...checkTimes(draft, zone, now), ...checkVoters(draft), ...checkCounting(draft), ...checkWatch(draft) };
}

function checkNames({ texts, slug, kind, choices }: Draft): Wrong {
  return {
    ...(!texts.some(({ name }) => name.trim()) && { name: "desk.new.name_wrong" }),
    ...(!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) && { slug: "desk.new.slug_wrong" }),
    ...(limitsChoices(kind) && choices !== null && !isWhole(choices, 1, MOST_CHOICES) && { choices: "desk.new.choices_wrong" }),
  };
}

function checkTimes({ opens, closes, grace }: Draft, zone: string, now: Date): Wrong {
  const from = toMoment(opens, zone);
  const until = toMoment(closes, zone);
  const fits = until !== null && until > now && (from === null || from < until);
  return {
    ...(from === null && { opens: "desk.new.opens_wrong" }),
    ...(!fits && { closes: "desk.new.closes_wrong" }),
    ...(!isWhole(grace, 0, 600) && { grace: "desk.new.grace_wrong" }),
  };
}

function checkVoters(draft: Draft): Wrong {
  const chosen = chosenTiers(draft);
  if (chosen.length === 0) return { tiers: "desk.new.tiers_wrong" };
  const weights = chosen.map((tier) => draft.tiers[tier].weight);
  return {
    ...(!weights.every((weight) => weight !== null && weight >= 0 && weight <= 1000) && { tiers: "desk.new.weights_wrong" }),
    ...(draft.tiers.paper.on && !isAfter(draft.paperUntil, draft.closes) && { paperUntil: "paper.new_wrong" }),
  };
}

/** Both are moments of one clock: as text they are in the order of time. */
const isAfter = (later: string, earlier: string): boolean => later !== "" && later >= earlier;

function checkCounting({ method, minimum, votes, percent }: Draft): Wrong {
  if (method === "imdb" && minimum !== "count") return { minimum: "desk.new.minimum_for_imdb" };
  const lacks = (minimum === "count" && !isWhole(votes, 1, 1_000_000)) || (minimum === "share" && !isPart(percent));
  return lacks ? { minimum: "desk.new.minimum_wrong" } : {};
}

function checkWatch({ watch, watchEpisodes, watchPercent }: Draft): Wrong {
  if (!watch) return {};
  const asks = watchEpisodes === null ? isPart(watchPercent) : isWhole(watchEpisodes, 1, 999) && (watchPercent === null || isPart(watchPercent));
  return asks ? {} : { watch: "desk.new.watch_wrong" };
}

/** What is sent; the draft has been checked. */
export function toAward(draft: Draft, zone: string): NewAward {
  const chosen = chosenTiers(draft);
  const weighted = chosen.filter((tier) => draft.tiers[tier].weight !== 1);
  return {
    slug: draft.slug,
    name: Object.fromEntries(draft.texts.filter(({ name }) => name.trim()).map(({ lang, name }) => [lang, name.trim()])),
    opens_at: toMoment(draft.opens, zone)?.toISOString() ?? "",
    closes_at: toMoment(draft.closes, zone)?.toISOString() ?? "",
    grace_seconds: draft.grace ?? 0,
    board: draft.board,
    section: draft.section || null,
    kind: draft.kind,
    entries: draft.entries,
    choices: limitsChoices(draft.kind) ? draft.choices : null,
    method: draft.method,
    tiers: chosen,
    weights: Object.fromEntries(weighted.map((tier) => [tier, draft.tiers[tier].weight ?? 1])),
    minimum: minimumOf(draft),
    watch: draft.watch ? { episodes: draft.watchEpisodes, share: draft.watchPercent === null ? null : draft.watchPercent / 100 } : null,
    receipts: draft.receipts,
    ...paperOf(draft, zone),
  };
}

function paperOf({ tiers, paperUntil }: Draft, zone: string): Pick<NewAward, "paper_until"> {
  const until = tiers.paper.on ? toMoment(paperUntil, zone) : null;
  return until ? { paper_until: until.toISOString() } : {};
}

function minimumOf({ minimum, votes, percent }: Draft): NonNullable<NewAward["minimum"]> {
  if (minimum === "count") return { rule: minimum, votes };
  if (minimum === "share") return { rule: minimum, share: (percent ?? 0) / 100 };
  return { rule: minimum };
}

/** What an award is where nothing else was said, as the API has it. */
const USUAL: Required<Pick<NewAward, "section" | "choices" | "tiers" | "weights" | "method" | "minimum" | "watch">> = {
  section: null, choices: null, tiers: ["device"], weights: {}, method: null, minimum: { rule: "none" }, watch: null,
};

const inPercent = (share: number | null | undefined, empty: number | null): number | null => (share == null ? empty : share * 100);

/** An award as it is, to be typed over; names of further languages come along. */
export function fromAward(given: NewAward, langs: readonly string[], zone: string): Draft {
  const award = { ...USUAL, ...given };
  const empty = newDraft(langs, toLocal(new Date(award.opens_at), zone), toLocal(new Date(award.closes_at), zone));
  const named = [...new Set([...langs, ...Object.keys(award.name)])];
  return {
    ...empty,
    texts: named.map((lang) => ({ lang, name: award.name[lang] ?? "" })),
    slug: award.slug,
    kind: award.kind,
    entries: award.entries,
    section: award.section ?? "",
    choices: award.choices,
    grace: award.grace_seconds,
    paperUntil: award.paper_until ? toLocal(new Date(award.paper_until), zone) : empty.paperUntil,
    tiers: Object.fromEntries(TIERS.map((tier) => [tier, { on: award.tiers.includes(tier), weight: award.weights[tier] ?? 1 }])) as Draft["tiers"],
    method: award.method ?? METHODS[award.kind][0],
    minimum: award.minimum.rule,
    votes: award.minimum.votes ?? empty.votes,
    percent: inPercent(award.minimum.share, empty.percent),
    ...watchOf(award.watch, empty),
    board: award.board,
    receipts: award.receipts,
  };
}

function watchOf(rule: NewAward["watch"], empty: Draft): Pick<Draft, "watch" | "watchEpisodes" | "watchPercent"> {
  if (!rule) return { watch: false, watchEpisodes: empty.watchEpisodes, watchPercent: empty.watchPercent };
  return { watch: true, watchEpisodes: rule.episodes ?? null, watchPercent: inPercent(rule.share, null) };
}
