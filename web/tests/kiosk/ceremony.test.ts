import { expect, test } from "vitest";
import { openEnvelope, tidy } from "../../src/kiosk/ceremony/envelope";
import { moveOf, prizeSteps, stepsOf, toldBy } from "../../src/kiosk/ceremony/stage";

/** Closed by api/voting/envelope.py, with 1000 rounds and blocks of 64. */
const ENVELOPE = "uuaw0TquipwsgVlfhcoSWD6nsTsUhFw+bA7iA9hvFRXZNrdmcNOxSEEIUKj9v5xExSuLH6lhzc40wo6Se2jVft4QNicaqbJvu+mU8shxV19latr/9y8ZR2gToDJxN/o0";
const SALT = "MDEyMzQ1Njc4OWFiY2RlZg==";
const ranked = (...places: number[]) => ({ ranked: places.map((place, entry) => ({ entry, place, score: 5 - entry, votes: 1, ballots: 1 })) });

test("an envelope of the house opens with its code, however it is typed", async () => {
  expect(await openEnvelope(ENVELOPE, SALT, " abcde-23456 ", 1000)).toEqual({ result: { winners: [3] } });
  expect(tidy(" abcde-23456 ")).toBe("ABCDE23456");
});

test("another code opens nothing", async () => {
  expect(await openEnvelope(ENVELOPE, SALT, "ABCDE23457", 1000)).toBeNull();
});

test("the third comes first, and who is level comes at once", () => {
  const steps = stepsOf(ranked(1, 2, 2, 4));

  expect(steps.map((group) => group.map(({ entry }) => entry))).toEqual([[1, 2], [0]]);
  expect(toldBy(steps, 0)).toEqual([]);
  expect(toldBy(steps, 2).map(({ entry }) => entry)).toEqual([0, 1, 2]);
});

test("a jury's mentions come at once, and the prize it named first comes last", () => {
  const prize = (entry: number, kind: "winner" | "mention") => ({ entry, kind, name: {}, citation: {} });
  const steps = prizeSteps({ prizes: [prize(7, "winner"), prize(4, "mention"), prize(9, "winner"), prize(5, "mention")] });

  expect(steps.map((group) => group.map(({ entry }) => entry))).toEqual([[4, 5], [9], [7]]);
  expect(toldBy(steps, 3).map(({ entry, place }) => [entry, place])).toEqual([[7, 1], [9, 1], [4, 2], [5, 2]]);
});

test("keys and remote controls move, sideways as the writing runs", () => {
  expect([" ", "PageDown", "ArrowRight", "ArrowLeft", "x"].map((key) => moveOf(key, false))).toEqual([1, 1, 1, -1, 0]);
  expect([" ", "ArrowRight", "ArrowLeft"].map((key) => moveOf(key, true))).toEqual([1, -1, 1]);
});
