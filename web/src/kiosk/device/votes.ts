/** The votes of this screen: on its disk first, then sent until the festival has each of them. */

import { batchOf, bodyOf, EMPTY, farther, tapOf, type Head, type SyncAnswer, type Tap, type VoteAnswer, type VoteRecord } from "./chain";
import { hashOf } from "./bytes";
import type { Moment } from "./clock";
import { sign } from "./key";
import type { Session } from "./session";
import { change, count, fact, oldest } from "./shelf";

const HEAD = "head";
const READ = 500;
const LOCK = "tallscreen-kiosk-journal";

export class Journal {
  waiting = 0;
  counter = 0;
  lastAt: number | null = null;
  /** Told of every answer of the festival, once. */
  onanswers: (answers: readonly VoteAnswer[]) => void = () => undefined;
  readonly #key: CryptoKeyPair;
  readonly #kiosk: number;
  #sending: Promise<SyncAnswer | null> | null = null;

  constructor(key: CryptoKeyPair, kiosk: number) {
    this.#key = key;
    this.#kiosk = kiosk;
  }

  async open(): Promise<void> {
    this.waiting = await count("votes");
    this.counter = (await fact<Head>(HEAD))?.counter ?? 0;
  }

  /** On the disk when this is done: only then may it be said to be saved. */
  async append(tap: Tap, moment: Moment): Promise<void> {
    await locked(async () => {
      const head = (await fact<Head>(HEAD)) ?? EMPTY;
      await this.#write(head, tap, moment, null);
    });
    this.waiting += 1;
    this.lastAt = moment.at;
  }

  /** Sends the oldest that wait; null where none does. Who asks meanwhile gets the same answer. */
  async send(session: Session): Promise<SyncAnswer | null> {
    this.#sending ??= this.#send(session).finally(() => { this.#sending = null; });
    return this.#sending;
  }

  async #send(session: Session): Promise<SyncAnswer | null> {
    const records = batchOf(await oldest<VoteRecord>("votes", READ));
    if (records.length === 0) return null;
    const counter = (await fact<Head>(HEAD))?.counter ?? 0;
    const sent = records.map(({ body, signature }) => ({ body, signature }));
    const answer = await session.ask<SyncAnswer>("POST", "/api/kiosk/votes", { counter, records: sent }, { timeout: 30_000 });
    await this.#settle(records, answer);
    return answer;
  }

  async #settle(records: readonly VoteRecord[], { votes, head }: SyncAnswer): Promise<void> {
    const asked = new Map(records.map((record) => [record.counter, record]));
    const settled = votes.filter(({ counter, outcome }) => outcome !== "conflict" && asked.has(counter));
    await change(["votes"], (of) => { for (const { counter } of settled) of("votes").delete(counter); });
    for (const { counter } of votes.filter(({ outcome }) => outcome === "conflict")) {
      const record = asked.get(counter);
      if (record) await this.#move(record, head);
    }
    this.waiting = await count("votes");
    this.onanswers(settled);
  }

  /** Another record has this one's place: a copy of this disk was here. The vote keeps its id and takes the next place. */
  async #move(record: VoteRecord, theirs: Head): Promise<void> {
    const { tap, moment } = tapOf(record.body);
    await locked(async () => {
      const own = (await fact<Head>(HEAD)) ?? EMPTY;
      await this.#write(farther(own, theirs), tap, moment, record.counter);
    });
  }

  /** Signing needs time that a transaction does not have; the lock keeps everybody else out meanwhile. */
  async #write(head: Head, tap: Tap, moment: Moment, instead: number | null): Promise<void> {
    const body = bodyOf(this.#kiosk, head, tap, moment);
    const [signature, hash] = await Promise.all([sign(this.#key, "vote", body), hashOf(body)]);
    const record: VoteRecord = { counter: head.counter + 1, body, signature };
    await change(["votes", "facts"], (of) => {
      if (instead !== null) of("votes").delete(instead);
      of("votes").add(record);
      of("facts").put({ counter: record.counter, hash } satisfies Head, HEAD);
    });
    this.counter = record.counter;
  }
}

/** One writer at a time, also where the page is open twice. */
async function locked(work: () => Promise<void>): Promise<void> {
  await navigator.locks.request(LOCK, work);
}

/** This screen is no kiosk any more: what was not sent is put where nothing deletes it. */
export async function setAside(): Promise<void> {
  const records = await oldest<VoteRecord>("votes", 1_000_000);
  await change(["votes", "aside"], (of) => {
    for (const record of records) of("aside").add(record);
    of("votes").clear();
  });
}
