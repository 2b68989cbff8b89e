import { describe, expect, test, vi } from "vitest";
import { Problem, unreachable, NO_NETWORK } from "../src/api/problem";
import type { Vote } from "../src/api/types";
import { Outbox, type Post } from "../src/shared/outbox/outbox";
import { attempting, counted, failed, found, latestOf, newVote, nextDue, superseded, type OutboxVote } from "../src/shared/outbox/rules";
import { memoryShelf } from "../src/shared/outbox/shelf";
import { uuid7 } from "../src/shared/uuid7";

const vote = (id: string, at: number, change: Partial<OutboxVote> = {}): OutboxVote => ({ ...newVote(id, 1, 11, 4, at), ...change });
const refusal = (status: number, code: string, retryAfter: number | null = null): Problem =>
  new Problem({ code, status, title: "", detail: "", kept: "", next: "" }, retryAfter);
const answerTo = (sent: OutboxVote): Vote => ({ id: sent.id, entry: sent.entry, value: sent.value, receipt: "7K4MQ2XD9HTW", cast_at: "2026-11-10T16:42:00Z" });
const full = (): number => 1;

describe("a vote on its way", () => {
  test("is counted only by the server's answer", () => {
    const sent = attempting(vote("a", 0));
    expect(counted(sent, answerTo(sent))).toMatchObject({ state: "counted", receipt: "7K4MQ2XD9HTW", problem: null });
  });

  test("is kept when nothing was decided, and waits longer each time", () => {
    const first = failed(attempting(vote("a", 0)), unreachable(NO_NETWORK), 0, full);
    const second = failed(attempting(first), unreachable(NO_NETWORK), 0, full);
    expect([first.state, second.state]).toEqual(["kept", "kept"]);
    expect([first.due_at, second.due_at]).toEqual([500, 1000]);
  });

  test("waits at least as long as the server asked", () => {
    expect(failed(attempting(vote("a", 0)), refusal(503, "voting-busy", 7), 0, full).due_at).toBe(7000);
  });

  test("is refused for good by a decision", () => {
    expect(failed(attempting(vote("a", 0)), refusal(410, "voting-closed"), 0)).toMatchObject({ state: "refused", problem: "voting-closed" });
  });

  test("found after a restart counts as attempted", () => {
    expect(found(vote("a", 0)).attempts).toBe(1);
  });
});

describe("a second tap", () => {
  test("replaces a vote that was never sent, but not one that may have arrived", () => {
    const unsent = vote("a", 0);
    const sent = attempting(vote("b", 1));
    const other = vote("c", 1, { entry: 12 });
    expect(superseded([unsent, sent, other], vote("d", 2)).map(({ id }) => id)).toEqual(["a"]);
  });

  test("is sent after the first one is settled", () => {
    const sent = failed(attempting(vote("a", 0)), unreachable(NO_NETWORK), 1000, full);
    const second = vote("b", 1000);
    expect(nextDue([second, sent], 1100)).toEqual({ vote: null, wait: 400 });
    expect(nextDue([second, sent], 1500).vote?.id).toBe("a");
  });

  test("is what the reader sees", () => {
    expect(latestOf([vote("a", 0), vote("b", 5), vote("c", 9, { entry: 12 })], 1, 11)?.id).toBe("b");
  });
});

describe("Outbox", () => {
  test("keeps the vote before it sends it and clears older ones", async () => {
    const shelf = memoryShelf();
    const seen: string[] = [];
    const post: Post = {
      send: async (sent) => {
        seen.push(...(await shelf.all()).map(({ id }) => id));
        return answerTo(sent);
      },
    };
    const box = new Outbox(shelf, post, () => undefined);
    await box.open();
    const first = await box.cast(1, 11, 3);
    await vi.waitFor(() => { expect(box.latest(1, 11)?.state).toBe("counted"); });
    await box.cast(1, 11, 5);
    await vi.waitFor(async () => { expect(await shelf.all()).toMatchObject([{ value: 5, state: "counted" }]); });
    expect(seen[0]).toBe(first.id);
  });

  test("sends the same id again until there is an answer", async () => {
    const ids: string[] = [];
    const post: Post = {
      send: (sent) => {
        ids.push(sent.id);
        return ids.length < 2 ? Promise.reject(unreachable(NO_NETWORK)) : Promise.resolve(answerTo(sent));
      },
    };
    const box = new Outbox(memoryShelf(), post, () => undefined);
    await box.cast(1, 11, 4);
    await vi.waitFor(() => { expect(box.latest(1, 11)?.state).toBe("kept"); });
    await box.hurry();
    expect(box.latest(1, 11)?.state).toBe("counted");
    expect(new Set(ids).size).toBe(1);
  });
});

describe("uuid7", () => {
  test("carries the time, its version and its variant", () => {
    const id = uuid7(0x0123456789ab, new Uint8Array(10).fill(0xff));
    expect(id).toBe("01234567-89ab-7fff-bfff-ffffffffffff");
  });

  test("sorts by the time it was made", () => {
    expect(uuid7(1000) < uuid7(2000)).toBe(true);
  });
});
