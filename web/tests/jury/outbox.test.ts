import { describe, expect, test, vi } from "vitest";
import { NO_NETWORK, Problem, unreachable } from "../../src/api/problem";
import { Outbox, type Post } from "../../src/jury/outbox/outbox";
import {
  attempting, failed, hurried, keyOfSheet, nextDue, noteDeed, settle, sheetDeed, stateOf, unsentOf, type Deed, type SheetChange, type SheetDeed,
} from "../../src/jury/outbox/rules";
import { memoryShelf, type Shelf } from "../../src/jury/outbox/shelf";

const ME = 7;
const change: SheetChange = { round: 1, series: 11, grades: { story: 5 }, skipped: null };
const deedAt = (now: number, known = 0, before?: Deed): SheetDeed => sheetDeed(ME, change, `id-${String(now)}`, known, before, now);
const refusal = (status: number, code: string, retryAfter: number | null = null): Problem =>
  new Problem({ code, status, title: "", detail: "", kept: "", next: "" }, retryAfter);
const full = (): number => 1;
const newId = (): string => "fresh";

describe("the revision of a change", () => {
  test("is one more than what the server is known to have", () => {
    expect(deedAt(0, 4).revision).toBe(5);
  });

  test("is above an earlier change that may have arrived unheard", () => {
    expect(deedAt(10, 4, deedAt(0, 4)).revision).toBe(6);
  });

  test("follows the server where that has gone ahead", () => {
    expect(deedAt(10, 9, deedAt(0, 4)).revision).toBe(10);
  });

  test("of two changes in one millisecond tells them apart", () => {
    const first = deedAt(5);
    expect(deedAt(5, 0, first).made_at).toBe(6);
  });

  test("of a note counts for that note", () => {
    const note = { id: "n", series: 11, episode: 3, number: 2, second: 43, text: "Light." };
    expect(noteDeed(ME, note, 2, undefined, 0)).toMatchObject({ key: "7/note/n", revision: 3, text: "Light." });
  });
});

describe("a change on its way", () => {
  test("is kept without a network and waits longer each time", () => {
    const first = failed(attempting(deedAt(0)), unreachable(NO_NETWORK), 0, newId, full);
    const second = failed(attempting(first), unreachable(NO_NETWORK), 0, newId, full);
    expect([first.state, first.due_at, second.due_at]).toEqual(["kept", 500, 1000]);
  });

  test("waits for the sign-in where the session has ended", () => {
    expect(failed(attempting(deedAt(0)), refusal(401, "sign-in-needed"), 0, newId).state).toBe("kept");
  });

  test("whose revision another sheet has taken goes out as the next one", () => {
    const again = failed(attempting(deedAt(0, 4)), refusal(409, "score-conflict"), 90, newId);
    expect(again).toMatchObject({ state: "sending", id: "fresh", revision: 6, due_at: 90 });
  });

  test("does not fight over a revision for ever", () => {
    let deed = deedAt(0, 4);
    for (let round = 0; round < 3; round += 1) deed = failed(attempting(deed), refusal(409, "score-conflict"), 0, newId);
    expect(deed.state).toBe("refused");
  });

  test("is refused for good by a decision", () => {
    expect(failed(attempting(deedAt(0)), refusal(409, "scores-locked"), 0, newId)).toMatchObject({ state: "refused", problem: "scores-locked" });
  });

  test("that waits for a network is due with it; one that the server has put off is not", () => {
    const offline = failed(attempting(deedAt(0)), unreachable(NO_NETWORK), 0, newId, full);
    const busy = failed(attempting(deedAt(0)), refusal(503, "busy", 60), 0, newId, full);
    expect([hurried(offline, 100).due_at, hurried(busy, 100).due_at]).toEqual([100, 60_000]);
  });
});

describe("several changes", () => {
  test("go out in the order in which they were made", () => {
    const later = deedAt(20);
    const sooner = { ...deedAt(10), key: keyOfSheet(ME, 1, 12) };
    expect(nextDue([later, sooner], 30).deed).toBe(sooner);
  });

  test("of one thing: what became of the first touches the second in nothing", () => {
    const first = attempting(deedAt(0));
    const second = deedAt(10, 0, first);
    expect(settle([second], first, null)).toEqual([second]);
    expect(settle([first], first, null)).toEqual([]);
  });

  test("of another juror at this tablet are not mine", () => {
    expect(unsentOf([deedAt(0), { ...deedAt(1), account: 8 }], ME)).toHaveLength(1);
  });
});

describe("what is said of a title", () => {
  test.each([
    [undefined, false, "none"],
    [undefined, true, "saved"],
    [deedAt(0), true, "saving"],
    [{ ...deedAt(0), state: "kept" as const }, true, "kept"],
    [{ ...deedAt(0), state: "refused" as const }, true, "refused"],
  ])("case %#", (deed, saved, said) => {
    expect(stateOf(deed, saved)).toBe(said);
  });
});

function opened(send: Post["send"], shelf: Shelf = memoryShelf()): { outbox: Outbox; shelf: Shelf; seen: () => readonly Deed[] } {
  let deeds: readonly Deed[] = [];
  return { outbox: new Outbox(shelf, { send }, (now) => { deeds = now; }), shelf, seen: () => deeds };
}

describe("the outbox", () => {
  test("keeps a change before it is sent and forgets it once the server has it", async () => {
    const shelf = memoryShelf();
    const onShelf: number[] = [];
    const { outbox, seen } = opened(async () => { onShelf.push((await shelf.all()).length); }, shelf);
    await outbox.open(ME);

    await outbox.saveSheet(change, 0);
    await vi.waitFor(() => { expect(seen()).toEqual([]); });

    expect(onShelf).toEqual([1]);
    expect(await shelf.all()).toEqual([]);
  });

  test("sends after a reload what was kept without a network, with the revision it had", async () => {
    const shelf = memoryShelf();
    const offline = opened(() => Promise.reject(unreachable(NO_NETWORK)), shelf);
    await offline.outbox.open(ME);
    await offline.outbox.saveSheet(change, 3);
    await offline.outbox.saveSheet({ ...change, grades: { story: 6 } }, 3);
    await vi.waitFor(() => { expect(offline.seen()[0]?.state).toBe("kept"); });

    const sent: Deed[] = [];
    const online = opened((deed) => { sent.push(deed); return Promise.resolve(); }, shelf);
    await online.outbox.open(ME);
    await vi.waitFor(() => { expect(online.seen()).toEqual([]); });

    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ revision: 5, grades: { story: 6 } });
  });

  test("does not send what another juror left on the device", async () => {
    const shelf = memoryShelf();
    await shelf.put({ ...deedAt(0), account: 8, state: "kept" });
    const send = vi.fn(() => Promise.resolve());
    const { outbox } = opened(send, shelf);
    await outbox.open(ME);

    expect(send).not.toHaveBeenCalled();
    expect(await shelf.all()).toHaveLength(1);
  });

  test("sends nothing any more when its juror has left the device, whatever falls due", async () => {
    vi.useFakeTimers();
    try {
      const send = vi.fn(() => Promise.reject(unreachable(NO_NETWORK)));
      const { outbox, shelf } = opened(send);
      await outbox.open(ME);
      await outbox.saveSheet(change, 0);
      await vi.advanceTimersByTimeAsync(10);
      outbox.close();
      await outbox.hurry();
      await vi.advanceTimersByTimeAsync(600_000);

      expect(send).toHaveBeenCalledTimes(1);
      expect(await shelf.all()).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test("tells what was refused and does not try it again", async () => {
    const send = vi.fn(() => Promise.reject(refusal(409, "scores-locked")));
    const { outbox, shelf, seen } = opened(send);
    await outbox.open(ME);
    await outbox.saveSheet(change, 0);
    await vi.waitFor(() => { expect(seen()[0]?.state).toBe("refused"); });
    await outbox.hurry();

    expect(send).toHaveBeenCalledTimes(1);
    await vi.waitFor(async () => { expect(await shelf.all()).toEqual([]); });
  });
});
