import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { b64u, bytesOf, hashOf } from "../../src/kiosk/device/bytes";
import { batchOf, bodyOf, EMPTY, farther, tapOf, type Tap, type VoteRecord } from "../../src/kiosk/device/chain";

const tap: Tap = { id: "01930000-0000-7000-8000-000000000001", award: 3, entry: 9, value: 5, choices: null, visitor: "v", badge: null };
const moment = { at: Date.parse("2026-11-26T20:10:00.123Z"), uncertainty: 119.2 };

test("a record says what comes before it, and counts on", async () => {
  const first = bodyOf(7, EMPTY, tap, moment);
  const head = { counter: 1, hash: await hashOf(first) };
  const second = JSON.parse(bodyOf(7, head, tap, moment)) as Record<string, unknown>;

  expect(JSON.parse(first)).toEqual({ v: 1, kiosk: 7, counter: 1, prev: "A".repeat(43), ...tap, at: "2026-11-26T20:10:00.123Z", uncertainty_ms: 120 });
  expect(second["counter"]).toBe(2);
  expect(second["prev"]).toBe(createHash("sha256").update(first).digest("base64url"));
});

test("before the first record stand 32 zero bytes", () => {
  expect(bytesOf(EMPTY.hash)).toEqual(new Uint8Array(32));
});

test("what was tapped keeps its id and its time when the record gets another place", () => {
  const again = tapOf(bodyOf(7, EMPTY, tap, moment));

  expect(again).toEqual({ tap, moment: { ...moment, uncertainty: 120 } });
});

test("a batch has the oldest, five hundred at the most, and no more than a request may hold", () => {
  const small = Array.from({ length: 600 }, (_, index): VoteRecord => ({ counter: index + 1, body: "x".repeat(400), signature: "s" }));
  const large = small.map((record) => ({ ...record, body: "x".repeat(10_000) }));

  expect(batchOf(small).map(({ counter }) => counter)).toEqual(small.slice(0, 500).map(({ counter }) => counter));
  expect(batchOf(large).length).toBe(89);
  expect(batchOf([{ counter: 1, body: "x".repeat(2_000_000), signature: "s" }])).toHaveLength(1);
});

test("of two ends of a journal the farther one goes on", () => {
  const own = { counter: 10, hash: "own" };

  expect(farther(own, { counter: 20, hash: "theirs" }).hash).toBe("theirs");
  expect(farther(own, { counter: 3, hash: "theirs" }).hash).toBe("own");
});

test("bytes are written without padding, in the alphabet for addresses", () => {
  expect(b64u(new Uint8Array([251, 255, 191]))).toBe("-_-_");
  expect(b64u(new Uint8Array([0]))).toBe("AA");
  expect(bytesOf("-_-_")).toEqual(bytesOf("+/+/"));
});
