import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Problem, unreachable } from "../../src/api/problem";
import type { EpisodeState, Upload } from "../../src/api/types";
import { Pace, partsAtOnce, piecesOf } from "../../src/studio/upload/layout";
import { Places } from "../../src/studio/upload/places";
import { sendFile, type SendEvents, type Ways } from "../../src/studio/upload/send-file";
import { inScript, sha256 } from "../../src/studio/upload/sha256";

const PART = 10;
const file = new Blob(["0123456789", "abcdefghij", "ABCDEFGHIJ", "xyz"]);
const sum = (text: string): string => createHash("sha256").update(text).digest("hex");
const refused = (code: string, status: number): Problem => new Problem({ code, status, title: "", detail: "", kept: "", next: "" });

function upload(stored: Upload["stored"] = []): Upload {
  return { id: "u", episode: 1, lang: null, file_name: "E01.mov", size: file.size, part_size: PART, part_count: 4, state: "open", expires_at: "", stored };
}

/** A server in memory; `trouble` may throw for a part before it is stored. */
class Store {
  parts = new Map<number, string>();
  puts = 0;
  flying = 0;
  most = 0;
  completed = false;
  readonly pauses: number[] = [];
  trouble: (number: number, put: number) => void = () => undefined;

  readonly ways: Ways = {
    announce: (_, part) => Promise.resolve({ number: part.number, url: part.sha256, headers: {} }),
    complete: () => {
      this.completed = true;
      return Promise.resolve({ state: "queued" } as EpisodeState);
    },
    put: async (address, bytes, onprogress) => {
      this.most = Math.max(this.most, (this.flying += 1));
      const put = (this.puts += 1);
      try {
        onprogress(1);
        await new Promise((resolve) => { setTimeout(resolve, 3); });
        this.trouble(address.number, put);
        const text = await bytes.text();
        expect(sum(text)).toBe(address.url);
        this.parts.set(address.number, text);
        onprogress(bytes.size);
      } finally {
        this.flying -= 1;
      }
    },
    sha256,
    place: (signal) => new Places(3).take(signal),
    pause: (milliseconds) => {
      this.pauses.push(milliseconds);
      return Promise.resolve();
    },
  };

  get text(): string {
    return [...this.parts.keys()].sort().map((number) => this.parts.get(number)).join("");
  }
}

const quiet: SendEvents = { onsent: () => undefined, onwaiting: () => undefined };
const going = (): AbortSignal => new AbortController().signal;

describe("sendFile", () => {
  test("sends every part once and completes", async () => {
    const store = new Store();
    const sent: number[] = [];
    const state = await sendFile(upload(), file, store.ways, { ...quiet, onsent: (bytes) => sent.push(bytes) }, going());
    expect(state.state).toBe("queued");
    expect(store.text).toBe(await file.text());
    expect(store.puts).toBe(4);
    expect(store.most).toBe(3);
    expect(sent.at(-1)).toBe(file.size);
  });

  test("sends only what is missing", async () => {
    const store = new Store();
    const stored = [1, 3].map((number) => ({ number, size: PART, sha256: sum(number === 1 ? "0123456789" : "ABCDEFGHIJ") }));
    await sendFile(upload(stored), file, store.ways, quiet, going());
    expect([...store.parts.keys()].sort()).toEqual([2, 4]);
  });

  test("refuses another file before a byte is sent", async () => {
    const store = new Store();
    const stored = [{ number: 1, size: PART, sha256: sum("something else") }];
    await expect(sendFile(upload(stored), file, store.ways, quiet, going())).rejects.toMatchObject({ code: "part-conflict" });
    await expect(sendFile(upload(), new Blob(["short"]), store.ways, quiet, going())).rejects.toMatchObject({ code: "part-conflict" });
    expect(store.puts).toBe(0);
  });

  test("waits out a lost network and says so", async () => {
    const store = new Store();
    const waiting: boolean[] = [];
    store.trouble = (_, put) => {
      if (put <= 5) throw unreachable("no-network");
    };
    await sendFile(upload(), file, store.ways, { ...quiet, onwaiting: (value) => waiting.push(value) }, going());
    expect(store.text).toBe(await file.text());
    expect(store.pauses.length).toBe(5);
    expect(waiting).toContain(true);
    expect(waiting.at(-1)).toBe(false);
  });

  test("asks for a new address when the old one has expired, but not for ever", async () => {
    const store = new Store();
    store.trouble = (number, put) => {
      if (number === 2 && put < 4) throw refused("not-allowed", 403);
    };
    await sendFile(upload(), file, store.ways, quiet, going());
    expect(store.completed).toBe(true);
    const hopeless = new Store();
    hopeless.trouble = () => {
      throw refused("part-refused", 422);
    };
    await expect(sendFile(upload(), file, hopeless.ways, quiet, going())).rejects.toMatchObject({ code: "part-refused" });
    expect(hopeless.completed).toBe(false);
  });

  test("stops at once when it is paused", async () => {
    const store = new Store();
    const stopping = new AbortController();
    store.trouble = () => {
      stopping.abort();
      stopping.signal.throwIfAborted();
    };
    await expect(sendFile(upload(), file, store.ways, quiet, stopping.signal)).rejects.toThrow();
    expect(store.completed).toBe(false);
  });
});

describe("sha256", () => {
  test("is the same in script as by the browser", async () => {
    const bytes = new Blob([new Uint8Array(1_200_000).fill(7), "end"]);
    expect(await inScript(bytes)).toBe(await sha256(bytes));
  });
});

test("pieces cover the file without a gap", () => {
  expect(piecesOf(33, 10).map(({ start, end }) => end - start)).toEqual([10, 10, 10, 3]);
  expect(piecesOf(20, 10).map(({ number }) => number)).toEqual([1, 2]);
});

test("the pace follows the last seconds and says nothing too early", () => {
  const pace = new Pace();
  pace.mark(0, 0);
  expect(pace.bytesPerSecond).toBeNull();
  pace.mark(4000, 4000);
  expect(pace.bytesPerSecond).toBe(1000);
  for (let at = 5000; at <= 40_000; at += 1000) pace.mark(4000 + (at - 4000) * 3, at);
  expect(pace.bytesPerSecond).toBe(3000);
});

test("a slow link carries one part at a time, a fast one four", () => {
  const part = 8_000_000;
  expect([null, 100_000, 1_400_000, 3_000_000, 50_000_000].map((pace) => partsAtOnce(pace, part))).toEqual([3, 1, 1, 2, 4]);
});

test("more places let the waiting ones in", async () => {
  const places = new Places(1);
  await places.take(going());
  const two = [places.take(going()), places.take(going())];
  places.limit = 3;
  await Promise.all(two);
});

test("places are given in order and come back when one gives up", async () => {
  const places = new Places(1);
  const first = await places.take(going());
  const leaving = new AbortController();
  const second = places.take(leaving.signal);
  const third = places.take(going());
  leaving.abort();
  await expect(second).rejects.toThrow();
  first();
  (await third)();
  await places.take(going());
});
