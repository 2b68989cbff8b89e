/** What a screen shows now: made from a signed programme, or from what is told to everybody. Pure. */

import type { AwardCard, EntryCard, FeedItem, Words } from "../../api/types";
import type { Moment } from "../device/clock";
import { episodesWithin, planAt, type LocalTime } from "../device/programme";
import type { Manifest, ManifestEpisode, ManifestSeries, Sound } from "../device/manifest";

export type LoopItem = { kind: "film"; key: string; item: FeedItem } | { kind: "wall"; key: string; award: number; seconds: number } | { kind: "sponsor"; key: string; seconds: number };

/** The card of a sponsor, and its name. */
export interface Sponsor {
  name: Words;
  card: string;
}

/** An award that can be voted in at this screen, and how. */
export interface ShownAward extends AwardCard {
  ways: ("kiosk" | "badge")[];
  entries: EntryCard[];
}

export interface Show {
  festival: Words;
  logo: string | null;
  sponsor: Sponsor | null;
  name: string;
  qr: string;
  /** one of each series, for the grid */
  films: FeedItem[];
  loop: LoopItem[];
  /** all episodes of a series, from this one on */
  episodes: (first: FeedItem) => Promise<FeedItem[]>;
  awards: ReadonlyMap<number, ShownAward>;
  /** open somewhere, also where no vote is taken here */
  open: ReadonlySet<number>;
  asleep: boolean;
  touch: boolean;
  sound: Sound;
  volume: number;
  quiet: number;
  /** Seconds of a film that the loop shows at the most. */
  most: number;
}

/** Whether an episode plays: online everything does, offline what is on the disk. */
export type Playable = (episode: ManifestEpisode) => boolean;

const SPONSOR_EVERY = 4;
const SPONSOR_SECONDS = 6;
export const QR = "/api/kiosk/qr.svg?path=/";

export function showOf(signed: Manifest, time: LocalTime, now: Moment, playable: Playable, online: boolean): Show {
  const manifest = { ...signed, series: signed.series.filter((series) => isShown(series, now.at)) };
  const { settings } = manifest;
  const plan = planAt(manifest, time);
  const films = manifest.series.flatMap((series) => {
    const first = episodesWithin(series, plan.limit).find(playable);
    return first ? [feedItem(series, first)] : [];
  });
  const known = new Map(manifest.series.map((series) => [series.id, series]));
  const sponsor = manifest.theme?.sponsor ?? null;
  const planned = plan.items.flatMap((item): LoopItem[] => {
    if (item.kind === "wall") return online ? [{ ...item, key: `wall-${String(item.award)}` }] : [];
    const series = known.get(item.series);
    const episode = series?.episodes.find(({ id }) => id === item.episode);
    return series && episode && playable(episode) ? [{ kind: "film", key: `film-${String(episode.id)}`, item: feedItem(series, episode) }] : [];
  });
  const loop = withSponsor(planned, sponsor);
  const episodes = (first: FeedItem): Promise<FeedItem[]> => {
    const series = known.get(first.series.id);
    const later = series ? episodesWithin(series, plan.limit).filter((each) => each.number >= first.episode.number && playable(each)) : [];
    return Promise.resolve(series ? later.map((each) => feedItem(series, each)) : [first]);
  };
  const awards = manifest.awards.filter((award) => isOpen(award, now));
  return {
    festival: manifest.festival,
    logo: manifest.theme?.logo ?? null,
    sponsor,
    name: settings.name,
    qr: QR,
    films,
    loop,
    episodes,
    awards: new Map(awards.filter(({ ways }) => ways.length > 0).map((award) => [award.id, award])),
    open: new Set(awards.map(({ id }) => id)),
    asleep: plan.asleep,
    touch: settings.touch,
    sound: settings.sound,
    volume: settings.volume,
    quiet: settings.idle_seconds * 1000,
    most: Infinity,
  };
}

/** Between items, after every few of them and once in a round at least: never over a film. */
export function withSponsor(items: readonly LoopItem[], sponsor: Sponsor | null): LoopItem[] {
  if (!sponsor) return [...items];
  return items.flatMap((item, index): LoopItem[] => {
    const turn = (index + 1) % SPONSOR_EVERY === 0 || (items.length < SPONSOR_EVERY && index === items.length - 1);
    return turn ? [item, { kind: "sponsor", key: `sponsor-${String(index)}`, seconds: SPONSOR_SECONDS }] : [item];
  });
}

/** Rights that have ended are ended also where nobody could be asked. */
export function isShown({ shown_until }: Pick<ManifestSeries, "shown_until">, at: number): boolean {
  return !shown_until || at < Date.parse(shown_until);
}

/** By the true time, not by what was true when the programme was signed; a screen that is not sure of it refuses nobody. */
export function isOpen(award: Pick<AwardCard, "opens_at" | "closes_at">, { at, uncertainty }: Moment): boolean {
  return Date.parse(award.opens_at) <= at + uncertainty && at - uncertainty < Date.parse(award.closes_at);
}

function feedItem(series: ManifestSeries, { id, number, title, duration_ms, stream }: ManifestEpisode): FeedItem {
  const { slug, country, episode_count } = series;
  return {
    episode: { id, number, title, duration_ms },
    // A poster of its own is not among the files of a screen: the still of the first episode is.
    series: { id: series.id, slug, title: series.title, country, episode_count, duration_ms: series.duration_ms, poster: null, thumbhash: null },
    stream,
    entries: series.entries,
  };
}
