import { expect, test } from "vitest";
import { idleOf, QUIET, WARNING } from "../../src/kiosk/hall/idle";

const sitting = { now: 0, touched: 0, watching: false, stopped: 0 };

test("thirty quiet seconds, then five that count down, then over", () => {
  expect(idleOf({ ...sitting, now: QUIET / 2 })).toEqual({ state: "quiet", part: 0.5 });
  expect(idleOf({ ...sitting, now: QUIET })).toEqual({ state: "warning", left: 5 });
  expect(idleOf({ ...sitting, now: QUIET + 4001 })).toEqual({ state: "warning", left: 1 });
  expect(idleOf({ ...sitting, now: QUIET + WARNING })).toEqual({ state: "over" });
});

test("a touch begins the wait anew", () => {
  expect(idleOf({ ...sitting, now: QUIET + 4000, touched: QUIET + 4000 })).toEqual({ state: "quiet", part: 0 });
});

test("who watches is there; the wait begins when the film stops", () => {
  expect(idleOf({ ...sitting, now: 10 * QUIET, watching: true })).toEqual({ state: "quiet", part: 0 });
  expect(idleOf({ ...sitting, now: 10 * QUIET, stopped: 9.5 * QUIET })).toEqual({ state: "quiet", part: 0.5 });
});

test("each screen has its own patience", () => {
  expect(idleOf({ ...sitting, now: 10_000, quiet: 10_000 })).toEqual({ state: "warning", left: 5 });
  expect(idleOf({ ...sitting, now: 9_999, quiet: 10_000 })).toMatchObject({ state: "quiet" });
  expect(idleOf({ ...sitting, now: 10_000 + WARNING, quiet: 10_000 })).toEqual({ state: "over" });
});
