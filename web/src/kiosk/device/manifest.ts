/** What a screen is told to play, signed by the festival: checked before a word of it is believed. */

import type { AwardCard, EntryCard, EntryRef, Shades, Stream, Words } from "../../api/types";
import { bytesOf, utf8 } from "./bytes";

export type Rating = "0+" | "6+" | "12+" | "16+" | "18+";
export type Mode = "play" | "pause" | "blank";
export type Sound = "on" | "touched" | "off";

export interface Window {
  starts: string;
  ends: string;
  days?: readonly number[];
}

export interface Block extends Window {
  items: { kind: "all" | "section" | "series" | "wall"; id?: number; episodes?: "first" | "all"; seconds?: number }[];
}

export interface ManifestEpisode {
  id: number;
  number: number;
  title: Words;
  rating: Rating | null;
  duration_ms: number;
  bytes: number;
  stream: Stream;
  /** relative to `stream.base`; all that has to be on the disk */
  files: Record<string, string>;
}

export interface ManifestSeries {
  id: number;
  slug: string;
  title: Words;
  synopsis: Words;
  country: string;
  rating: Rating;
  section: number;
  section_name: Words;
  duration_ms: number;
  episode_count: number;
  entries: EntryRef[];
  /** Its rights end then, network or not. A programme from before this was known has none. */
  shown_until?: string | null;
  episodes: ManifestEpisode[];
}

export interface ManifestAward extends AwardCard {
  ways: ("kiosk" | "badge")[];
  entries: EntryCard[];
}

export interface Manifest {
  version: 1;
  kiosk: number;
  serial: number;
  festival: Words;
  time_zone: string;
  phone_url: string;
  /** A programme from before these were known has none. */
  languages?: string[];
  theme?: { shades: Shades | null; logo: string | null; sponsor: { name: Words; card: string } | null };
  settings: { name: string; rotation: 0 | 90 | 180 | 270; sound: Sound; volume: number; idle_seconds: number; touch: boolean; side: number };
  programme: { name: string; blocks: Block[]; ratings: (Window & { max: Rating })[]; sleep: Window[] };
  series: ManifestSeries[];
  awards: ManifestAward[];
}

export interface Signed {
  text: string;
  key: string;
  signature: string;
}

/** C2SP: name, id and the key behind one byte for its kind. */
const VERIFIER = /^([^+\s]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]+=*)$/;
const ED25519 = 1;

export class NotOurs extends Error {}

/** The manifest of a signed text, or NotOurs: another house, another screen, or older than what is known. */
export async function readManifest(signed: Signed, known: { kiosk: number; house_key: string; serial: number }): Promise<Manifest> {
  if (signed.key !== known.house_key) throw new NotOurs("the key is not the one of the pairing");
  const name = await checkSignature(signed);
  const [first, body] = signed.text.split("\n");
  if (first !== name) throw new NotOurs("the first line names another house");
  const manifest = JSON.parse(body ?? "") as Manifest;
  if (manifest.version !== 1 || manifest.kiosk !== known.kiosk) throw new NotOurs("the programme is of another screen");
  if (manifest.serial < known.serial) throw new NotOurs("the programme is older than the one that is known");
  return manifest;
}

/** The name of the house that signed it. */
async function checkSignature({ text, key, signature }: Signed): Promise<string> {
  const [, name = "", encoded = ""] = VERIFIER.exec(key) ?? [];
  const raw = bytesOf(encoded);
  if (raw[0] !== ED25519) throw new NotOurs("the key is of an unknown kind");
  const house = await crypto.subtle.importKey("raw", raw.slice(1), { name: "Ed25519" }, false, ["verify"]);
  if (!(await crypto.subtle.verify({ name: "Ed25519" }, house, bytesOf(signature), utf8(text)))) throw new NotOurs("the signature is wrong");
  return name;
}

/** Every file with its hash, what plays first first. */
export function filesOf(manifest: Manifest, first: ReadonlySet<number> = new Set()): Map<string, string> {
  const episodes = manifest.series.flatMap((series) => series.episodes);
  const sorted = [...episodes.filter(({ id }) => first.has(id)), ...episodes.filter(({ id }) => !first.has(id))];
  return new Map(sorted.flatMap(({ stream, files }) => Object.entries(files).map(([path, hash]): [string, string] => [stream.base + path, hash])));
}
