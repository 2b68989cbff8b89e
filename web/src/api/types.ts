/** What the API sends and takes. Names follow the API's own schemas. */

export type Words = Record<string, string>;

export interface PosterUrls {
  avif: string;
  webp: string;
  jpg: string;
}

export interface EntryRef {
  award: number;
  entry: number;
}

export interface SeriesCard {
  id: number;
  slug: string;
  title: Words;
  country: string;
  episode_count: number;
  duration_ms: number;
  poster: PosterUrls | null;
  thumbhash: string | null;
  entries: EntryRef[];
}

export interface AwardCard {
  id: number;
  slug: string;
  name: Words;
  kind: "stars";
  min: number;
  max: number;
  opens_at: string;
  closes_at: string;
  grace_seconds: number;
  state: "scheduled" | "open" | "closed";
  board: "open" | "turnout" | "hidden";
}

export interface SectionRef {
  id: number;
  slug: string;
  name: Words;
}

export interface Festival {
  id: number;
  slug: string;
  name: Words;
  starts_on: string;
  ends_on: string;
  time_zone: string;
  languages: string[];
  sections: (SectionRef & { series: SeriesCard[] })[];
}

export interface EpisodeCard {
  id: number;
  number: number;
  title: Words;
  duration_ms: number;
  bytes: { saver: number; full: number };
}

export interface Series extends SeriesCard {
  synopsis: Words;
  rating: string;
  genre: Words;
  notes: Words;
  section: SectionRef;
  episodes: EpisodeCard[];
}

export interface Rendition {
  name: string;
  codec: string;
  bitrate: number;
  /** base64 of init.mp4 */
  init: string;
  /** seconds */
  segments: number[];
  bytes: number;
}

export interface VideoRendition extends Rendition {
  width: number;
  height: number;
}

export interface Stream {
  /** "/media/<package>/" */
  base: string;
  master: string;
  duration: number;
  fps: number;
  width: number;
  height: number;
  thumbhash: string;
  video: VideoRendition[];
  audio: Rendition[];
  subtitles: { lang: string; url: string }[];
  poster: PosterUrls;
}

export interface FeedItem {
  episode: { id: number; number: number; title: Words; duration_ms: number };
  series: { id: number; slug: string; title: Words; country: string; episode_count: number; duration_ms?: number };
  stream: Stream;
  entries: EntryRef[];
}

export interface Feed {
  items: FeedItem[];
  next: number | null;
}

export interface Award extends AwardCard {
  now: string;
  entries: { id: number; series: number; slug: string; title: Words }[];
}

export interface Ballot {
  ballot: string;
  tier: "device" | "email" | "hall" | "badge";
}

export interface Vote {
  id: string;
  entry: number;
  value: number;
  receipt: string;
  cast_at: string;
}

export interface Board {
  award: number;
  rows: number;
  ballots: number;
  source: "live" | "ledger";
  entries: { entry: number; votes: number; sum: number }[];
}

export interface Turnout {
  award: number;
  rows: number;
  ballots: number;
}

export interface Account {
  id: number;
  name: string;
  email: string;
  role: "producer" | "juror" | "organiser" | "auditor";
  company: { id: number; name: string } | null;
}

export interface Me {
  account: Account | null;
}

export interface Failure {
  code: string;
  happened: string;
  kept: string;
  next: string;
  /** What stands in the sentences, for saying them in other languages. */
  values: Record<string, string | number>;
}

export interface EpisodeState {
  id: number;
  series: number;
  number: number;
  title: Words;
  state: "awaiting_upload" | "uploading" | "received" | "queued" | "encoding" | "ready" | "failed";
  /** 0..100 */
  progress: number;
  rung: string | null;
  queue_position: number | null;
  file_name: string | null;
  size: number | null;
  duration_ms: number | null;
  poster: PosterUrls | null;
  /** the open upload */
  upload: string | null;
  failure: Failure | null;
  package: string | null;
  subtitles: string[];
  updated_at: string;
}

export interface StudioSeries {
  id: number;
  slug: string;
  title: Words;
  section: SectionRef;
  country: string;
  company: { id: number; name: string };
  released: boolean;
  episodes: EpisodeState[];
}

export interface NewSeries {
  section: number;
  slug: string;
  title: Words;
  synopsis: Words;
  country: string;
  genre: Words;
  rating: string;
  notes: Words;
}

export interface StoredPart {
  number: number;
  size: number;
  /** hex; null where the store does not tell */
  sha256: string | null;
}

export interface Upload {
  id: string;
  episode: number;
  file_name: string;
  size: number;
  part_size: number;
  part_count: number;
  state: "open" | "received";
  expires_at: string;
  stored: StoredPart[];
}

export interface SignedPart {
  number: number;
  url: string;
  headers: Record<string, string>;
}

export interface Overview {
  festival: { id: number; slug: string; name: Words; starts_on: string; ends_on: string; time_zone: string } | null;
  series: number;
  released: number;
  /** how many by state */
  episodes: Partial<Record<EpisodeState["state"], number>>;
  awards: { award: AwardCard; rows: number; ballots: number }[];
  accounts: number;
}

export interface KioskProgramme {
  festival: Words;
  items: FeedItem[];
  phone_url: string;
  qr: string;
}

export interface Shortlist {
  id: number;
  name: Words;
  round: number;
  series: SeriesCard[];
}
