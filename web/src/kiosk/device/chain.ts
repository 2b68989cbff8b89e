/** The records of the journal of votes: each holds the hash of the one before, so that none can be missing. Pure. */

import type { Moment } from "./clock";

export interface Head {
  counter: number;
  /** of the newest record; of zeros before the first */
  hash: string;
}

/** What somebody tapped, before it has a place in the journal. */
export interface Tap {
  id: string;
  award: number;
  entry: number | null;
  value: number | null;
  choices: readonly number[] | null;
  visitor: string | null;
  badge: string | null;
}

export interface VoteRecord {
  counter: number;
  body: string;
  signature: string;
}

export interface VoteAnswer {
  counter: number;
  id: string;
  outcome: "counted" | "review" | "superseded" | "refused" | "conflict";
  reason: string | null;
  receipt: string | null;
}

export interface SyncAnswer {
  received: number;
  of: number;
  gaps: [number, number][];
  head: Head;
  votes: VoteAnswer[];
}

export const EMPTY: Head = { counter: 0, hash: "A".repeat(43) };
/** As many as one request takes, and as many bytes. */
const MOST = 500;
const BYTES = 900_000;

export function bodyOf(kiosk: number, head: Head, tap: Tap, moment: Moment): string {
  const { id, award, entry, value, choices, visitor, badge } = tap;
  const when = { at: new Date(moment.at).toISOString(), uncertainty_ms: Math.ceil(moment.uncertainty) };
  return JSON.stringify({ v: 1, kiosk, counter: head.counter + 1, prev: head.hash, id, award, entry, value, choices, visitor, badge, ...when });
}

/** What was tapped, and when, of a record that needs another place in the journal. */
export function tapOf(body: string): { tap: Tap; moment: Moment } {
  const { id, award, entry, value, choices, visitor, badge, at, uncertainty_ms } = JSON.parse(body) as Tap & { at: string; uncertainty_ms: number };
  return { tap: { id, award, entry, value, choices, visitor, badge }, moment: { at: Date.parse(at), uncertainty: uncertainty_ms } };
}

/** The oldest records that fit into one request. */
export function batchOf(records: readonly VoteRecord[]): VoteRecord[] {
  let bytes = 0;
  return records.slice(0, MOST).filter(({ body, signature }, index) => {
    bytes += body.length + signature.length + 40;
    return index === 0 || bytes <= BYTES;
  });
}

/** The end of a journal that another copy of it has overtaken: the farther of the two. */
export function farther(own: Head, theirs: Head): Head {
  return theirs.counter >= own.counter ? theirs : own;
}
