import { beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../../src/api/problem";
import { hashOf } from "../../src/kiosk/device/bytes";
import type { Head, SyncAnswer, Tap, VoteAnswer, VoteRecord } from "../../src/kiosk/device/chain";
import { Journal } from "../../src/kiosk/device/votes";
import { Plays } from "../../src/kiosk/device/plays";
import type { Session } from "../../src/kiosk/device/session";

/** A disk in memory, with transactions that are all or nothing: browsers have the real one, and tests of theirs. */
const disk = vi.hoisted(() => ({ stores: new Map<string, Map<unknown, unknown>>(), full: false }));
vi.mock("../../src/kiosk/device/shelf", () => {
  const store = (name: string): Map<unknown, unknown> => {
    if (!disk.stores.has(name)) disk.stores.set(name, new Map());
    return disk.stores.get(name) as Map<unknown, unknown>;
  };
  const keyOf = (value: unknown, key: unknown): unknown => key ?? (value as { counter: number }).counter;
  return {
    fact: (key: string) => Promise.resolve(store("facts").get(key)),
    count: (name: string) => Promise.resolve(store(name).size),
    oldest: (name: string, most: number) => Promise.resolve([...store(name).values()].sort((one, other) => keyOf(one, null) as number - (keyOf(other, null) as number)).slice(0, most)),
    change: (_: string[], work: (of: (name: string) => unknown) => void) => {
      if (disk.full) return Promise.reject(new DOMException("no room", "QuotaExceededError"));
      work((name) => ({
        add: (value: unknown, key?: unknown) => store(name).set(keyOf(value, key), value),
        put: (value: unknown, key?: unknown) => store(name).set(keyOf(value, key), value),
        delete: (key: { upper?: number } | number) => {
          for (const each of [...store(name).keys()]) if (each === key || (typeof key === "object" && (each as number) <= (key.upper ?? 0))) store(name).delete(each);
        },
      }));
      return Promise.resolve();
    },
  };
});
vi.stubGlobal("IDBKeyRange", { upperBound: (upper: number) => ({ upper }) });

const tap = (id: string): Tap => ({ id, award: 3, entry: 9, value: 5, choices: null, visitor: "v", badge: null });
const moment = { at: Date.parse("2026-11-26T20:10:00.000Z"), uncertainty: 40 };
const counted = ({ counter, id }: { counter: number; id: string }): VoteAnswer => ({ counter, id, outcome: "counted", reason: null, receipt: null });

/** The festival's side: takes what it is sent, counter by counter; what it has already is answered again. */
class Festival {
  readonly records = new Map<number, string>();
  answers = 0;
  silent = false;

  readonly session = {
    ask: async (_: string, __: string, body: { counter: number; records: { body: string }[] }): Promise<SyncAnswer> => {
      const votes: VoteAnswer[] = [];
      for (const record of body.records) {
        const told = JSON.parse(record.body) as { counter: number; id: string };
        const known = this.records.get(told.counter);
        if (known !== undefined && known !== record.body) votes.push({ ...counted(told), outcome: "conflict" });
        else {
          this.records.set(told.counter, record.body);
          votes.push(counted(told));
        }
      }
      this.answers += 1;
      if (this.silent) throw new Problem({ code: "no-answer", status: 0, title: "", detail: "", kept: "", next: "" });
      return { received: this.records.size, of: body.counter, gaps: [], head: await this.head(), votes };
    },
  } as unknown as Session;

  async head(): Promise<Head> {
    const counter = Math.max(0, ...this.records.keys());
    return { counter, hash: await hashOf(this.records.get(counter) ?? "") };
  }

  get ids(): string[] {
    return [...this.records.values()].map((body) => (JSON.parse(body) as { id: string }).id);
  }
}

async function aJournal(): Promise<Journal> {
  const key = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const journal = new Journal(key, 7);
  await journal.open();
  return journal;
}

function waiting(): VoteRecord[] {
  return [...(disk.stores.get("votes")?.values() ?? [])] as VoteRecord[];
}

beforeEach(() => {
  disk.stores.clear();
  disk.full = false;
});

test("taps at the same moment stand one behind the other, each with the hash of the one before", async () => {
  const journal = await aJournal();
  await Promise.all(["a", "b", "c"].map((id) => journal.append(tap(id), moment)));

  const bodies = waiting().map(({ body }) => body);
  const told = bodies.map((body) => JSON.parse(body) as { counter: number; prev: string });
  expect(told.map(({ counter }) => counter)).toEqual([1, 2, 3]);
  expect(told[2]?.prev).toBe(await hashOf(bodies[1] ?? ""));
  expect([journal.waiting, journal.counter]).toEqual([3, 3]);
});

test("what is answered leaves the disk, and its answer is told once", async () => {
  const journal = await aJournal();
  const festival = new Festival();
  const told: string[] = [];
  journal.onanswers = (answers) => { told.push(...answers.map(({ id }) => id)); };
  await journal.append(tap("a"), moment);
  await journal.send(festival.session);

  expect([waiting(), journal.waiting, told]).toEqual([[], 0, ["a"]]);
  expect(await journal.send(festival.session)).toBeNull();
});

test("an answer that was lost on the way costs nothing: the same records are sent again", async () => {
  const journal = await aJournal();
  const festival = new Festival();
  await journal.append(tap("a"), moment);
  festival.silent = true;
  await expect(journal.send(festival.session)).rejects.toBeInstanceOf(Problem);
  expect(waiting()).toHaveLength(1);

  festival.silent = false;
  await journal.append(tap("b"), moment);
  await journal.send(festival.session);

  expect([festival.ids, journal.waiting]).toEqual([["a", "b"], 0]);
});

test("a disk that was copied back goes on behind what the festival has, and no vote is lost or doubled", async () => {
  const journal = await aJournal();
  const festival = new Festival();
  await journal.append(tap("first"), moment);
  await journal.send(festival.session);
  const copy = new Map([...disk.stores].map(([name, store]) => [name, new Map(store)]));
  for (const id of ["x", "y", "z"]) await journal.append(tap(id), moment);
  await journal.send(festival.session);

  disk.stores.clear();
  for (const [name, store] of copy) disk.stores.set(name, store);
  const restored = await aJournal();
  for (const id of ["p", "q"]) await restored.append(tap(id), moment);
  await restored.send(festival.session);
  await restored.send(festival.session);

  expect(festival.ids).toEqual(["first", "x", "y", "z", "p", "q"]);
  expect([restored.waiting, restored.counter]).toEqual([0, 6]);
});

test("a vote that the disk did not take is not said to be saved, and leaves no hole", async () => {
  const journal = await aJournal();
  disk.full = true;
  await expect(journal.append(tap("a"), moment)).rejects.toThrow("no room");
  disk.full = false;
  await journal.append(tap("b"), moment);

  expect(waiting().map(({ counter }) => counter)).toEqual([1]);
  expect(journal.waiting).toBe(1);
});

test("plays are counted on, handed over, and kept where the festival lacks an earlier one", async () => {
  const plays = new Plays();
  const play = { kind: "film", series: 1, episode: 11, award: null, how: "loop", seconds: 61.26, whole: true } as const;
  await plays.open();
  await Promise.all([plays.add(play, moment), plays.add(play, moment)]);
  const sent: { plays: { counter: number; seconds: number }[] }[] = [];
  const session = (received: number): Session => ({ ask: (_: string, __: string, body: (typeof sent)[number]) => { sent.push(body); return Promise.resolve({ received }); } }) as unknown as Session;

  expect(await plays.send(session(0))).toBe(false);
  expect(plays.waiting).toBe(2);
  expect(await plays.send(session(1))).toBe(true);
  expect(await plays.send(session(2))).toBe(false);
  expect(plays.waiting).toBe(0);
  expect(sent.map((body) => body.plays.map(({ counter }) => counter))).toEqual([[1, 2], [1, 2], [2]]);
  expect(sent[0]?.plays[0]?.seconds).toBe(61.3);
});
