import { describe, expect, test, vi } from "vitest";
import { hear, serverNow } from "../src/api/clock";
import { Problem, unreachable, NO_NETWORK } from "../src/api/problem";
import type { Vote } from "../src/api/types";
import { Outbox, type Post } from "../src/shared/outbox/outbox";
import {
  attempting, counted, failed, found, hurried, latestOf, modern, newVote, nextDue, shownOf, superseded, WHOLE_BALLOT, type Answer, type OldVote, type OutboxVote,
} from "../src/shared/outbox/rules";
import { memoryShelf, type Shelf } from "../src/shared/outbox/shelf";
import { uuid7 } from "../src/shared/uuid7";

const to = { award: 1, question: 11 };
const four: Answer = { value: 4, choices: null };
const vote = (id: string, at: number, change: Partial<Omit<OutboxVote, "value" | "choices">> = {}): OutboxVote => ({ ...newVote(id, to, four, at, null), ...change });
const refusal = (status: number, code: string, retryAfter: number | null = null): Problem =>
  new Problem({ code, status, title: "", detail: "", kept: "", next: "" }, retryAfter);
const answerTo = (sent: OutboxVote): Vote => ({
  id: sent.id, entry: sent.question || null, value: sent.value, choices: sent.choices && [...sent.choices], receipt: "7K4MQ2XD9HTW", cast_at: "2026-11-10T16:42:00Z",
});
const full = (): number => 1;

describe("a vote on its way", () => {
  test("is counted only by the server's answer", () => {
    const sent = attempting(vote("a", 0));
    expect(counted(sent, answerTo(sent))).toMatchObject({ state: "counted", receipt: "7K4MQ2XD9HTW", problem: null });
  });

  test("is kept when nothing was decided, and waits longer each time", () => {
    const first = failed(attempting(vote("a", 0)), unreachable(NO_NETWORK), 0, 0, full);
    const second = failed(attempting(first), unreachable(NO_NETWORK), 0, 0, full);
    expect([first.state, second.state]).toEqual(["kept", "kept"]);
    expect([first.due_at, second.due_at]).toEqual([500, 1000]);
  });

  test("waits at least as long as the server asked", () => {
    expect(failed(attempting(vote("a", 0)), refusal(503, "voting-busy", 7), 0, 0, full).due_at).toBe(7000);
  });

  test("is refused for good by a decision", () => {
    expect(failed(attempting(vote("a", 0)), refusal(410, "voting-closed"), 0, 0)).toMatchObject({ state: "refused", problem: "voting-closed" });
  });

  test("found after a restart counts as attempted", () => {
    expect(found(vote("a", 0)).attempts).toBe(1);
  });
});

describe("a vote after the end of voting", () => {
  const closing = 60_000;
  const open = vote("a", 0, { until: closing });
  const offline = unreachable(NO_NETWORK);

  test("is kept for as long as the window and its grace last, by the server's clock", () => {
    expect(failed(attempting(open), offline, 99_000, closing, full).state).toBe("kept");
    expect(failed(attempting(open), offline, 0, closing + 1, full).state).toBe("late");
  });

  test("is not tried again by itself, and never dropped", () => {
    const late = failed(attempting(open), offline, 0, closing + 1, full);
    expect(nextDue([late], 999_999)).toEqual({ vote: null, wait: null });
    expect(nextDue([hurried(late, 70_000, false)], 70_000).vote?.id).toBe("a");
  });

  test("is told as closed, or counted after all, by the server alone", () => {
    const asked = attempting(failed(attempting(open), offline, 0, closing + 1, full));
    expect(failed(asked, refusal(410, "voting-closed"), 0, closing + 9)).toMatchObject({ state: "refused", problem: "voting-closed" });
    expect(counted(asked, answerTo(asked))).toMatchObject({ state: "counted", receipt: "7K4MQ2XD9HTW" });
  });

  test("a server that is only busy is asked on", () => {
    expect(failed(attempting(open), refusal(503, "voting-busy", 1), 0, closing + 1, full)).toMatchObject({ state: "kept", due_at: 1000 });
  });
});

describe("hurry", () => {
  const offline = failed(attempting(vote("a", 0)), unreachable(NO_NETWORK), 0, 0, full);

  test("sends what waits for a network at once, a crowd within seconds", () => {
    expect(hurried({ ...offline, due_at: 30_000 }, 100, false).due_at).toBe(100);
    expect(hurried({ ...offline, due_at: 30_000 }, 100, true, () => 0.5).due_at).toBe(1600);
  });

  test("never makes a vote wait longer than it would have", () => {
    expect(hurried({ ...offline, due_at: 200 }, 100, true, full).due_at).toBe(200);
  });

  test("leaves alone what the server has asked to wait, and what is settled", () => {
    const busy = failed(attempting(vote("a", 0)), refusal(429, "too-many-requests", 20), 0, 0, full);
    const refused = vote("b", 0, { state: "refused" });
    expect([hurried(busy, 100, false), hurried(refused, 100, false)]).toEqual([busy, refused]);
  });
});

describe("a ballot of choices", () => {
  const whole = { award: 2, question: WHOLE_BALLOT };
  const ballot = (id: string, at: number, choices: number[]): OutboxVote => newVote(id, whole, { value: null, choices }, at, null);

  test("is one question: the whole selection of the last tap", () => {
    const first = ballot("a", 0, [7]);
    const second = ballot("b", 1, [7, 9]);
    expect(superseded([first, vote("c", 0)], second).map(({ id }) => id)).toEqual(["a"]);
    expect(latestOf([second, first], whole)?.choices).toEqual([7, 9]);
  });

  test("waits for the one on its way", () => {
    expect(superseded([attempting(ballot("a", 0, [7]))], ballot("b", 1, [9]))).toEqual([]);
    expect(nextDue([ballot("b", 1, [9]), attempting(ballot("a", 0, [7]))], 5).vote?.id).toBe("a");
  });
});

describe("a vote kept by yesterday's page", () => {
  const old: OldVote = {
    id: "a", award: 1, entry: 11, value: 4, made_at: 5, state: "kept", attempts: 3, due_at: 9, receipt: null, cast_at: null, problem: "no-network",
  };

  test("is understood, and one of today is left as it is", () => {
    expect(modern(old)).toEqual({ ...vote("a", 5), state: "kept", attempts: 3, due_at: 9, problem: "no-network" });
    const today = vote("b", 0);
    expect(modern(today)).toBe(today);
  });

  test("still goes out", async () => {
    const shelf: Shelf = { ...memoryShelf(), all: () => Promise.resolve([modern(old)]) };
    const sent: OutboxVote[] = [];
    const box = new Outbox(shelf, { send: (each) => { sent.push(each); return Promise.resolve(answerTo(each)); } }, () => undefined);
    await box.open();
    await vi.waitFor(() => { expect(box.latest(to)?.state).toBe("counted"); });
    expect(sent).toMatchObject([{ id: "a", award: 1, question: 11, value: 4, choices: null }]);
  });
});

describe("the server's clock", () => {
  test("is heard from its answers, to the second", () => {
    hear("Tue, 10 Nov 2026 16:42:00 GMT", Date.UTC(2026, 10, 10, 16, 32));
    expect(serverNow(0)).toBe(600_000);
    hear("nonsense", 0);
    expect(serverNow(0)).toBe(600_000);
    hear("Tue, 10 Nov 2026 16:42:00 GMT", Date.UTC(2026, 10, 10, 16, 42, 1));
    expect(serverNow(7)).toBe(7);
  });
});

describe("a second tap", () => {
  test("replaces a vote that was never sent, but not one that may have arrived", () => {
    const unsent = vote("a", 0);
    const sent = attempting(vote("b", 1));
    const other = vote("c", 1, { question: 12 });
    expect(superseded([unsent, sent, other], vote("d", 2)).map(({ id }) => id)).toEqual(["a"]);
  });

  test("is sent after the first one is settled", () => {
    const sent = failed(attempting(vote("a", 0)), unreachable(NO_NETWORK), 1000, 1000, full);
    const second = vote("b", 1000);
    expect(nextDue([second, sent], 1100)).toEqual({ vote: null, wait: 400 });
    expect(nextDue([second, sent], 1500).vote?.id).toBe("a");
  });

  test("waits for what the first one waits for, and says so", () => {
    const first = failed(attempting(vote("a", 0)), unreachable(NO_NETWORK), 0, 0, full);
    expect(shownOf([first, vote("b", 1)], to)).toMatchObject({ id: "b", state: "kept", problem: "no-network" });
    expect(shownOf([{ ...first, state: "counted" }, vote("b", 1)], to)?.state).toBe("sending");
    expect(shownOf([first, attempting(vote("b", 1))], to)?.state).toBe("sending");
  });

  test("is what the reader sees", () => {
    expect(latestOf([vote("a", 0), vote("b", 5), vote("c", 9, { question: 12 })], to)?.id).toBe("b");
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
    const first = await box.cast(to, { value: 3, choices: null }, null);
    await vi.waitFor(() => { expect(box.latest(to)?.state).toBe("counted"); });
    await box.cast(to, { value: 5, choices: null }, null);
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
    await box.cast(to, { value: 4, choices: null }, null);
    await vi.waitFor(() => { expect(box.latest(to)?.state).toBe("kept"); });
    await box.hurry();
    expect(box.latest(to)?.state).toBe("counted");
    expect(new Set(ids).size).toBe(1);
  });
});

describe("a phone without room", () => {
  test("sends what it cannot keep", async () => {
    const shelf: Shelf = { ...memoryShelf(), put: () => Promise.reject(new Error("QuotaExceededError")) };
    const box = new Outbox(shelf, { send: (each) => Promise.resolve(answerTo(each)) }, () => undefined);
    await box.cast(to, four, null);
    await vi.waitFor(() => { expect(box.latest(to)?.state).toBe("counted"); });
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
