import { expect, test } from "vitest";
import { DRIFT, medianOf, RELOAD, timeAtStart, TrueClock, UNKNOWN, type SavedTime } from "../../src/kiosk/device/clock";

const DAY = 86_400_000;
const NOON = Date.parse("2026-11-26T12:00:00Z");

/** The true time when a page starts that was away for `away`, on a device whose clock was set by `set` meanwhile. */
function restart(away: number, set: number, samePage = false): { error: number; uncertainty: number } {
  const saved: SavedTime = { at: NOON, uncertainty: 40, wall: NOON + 7_000 };
  const start = timeAtStart(saved, saved.wall + away + set, samePage);
  return { error: Math.abs(start.at - (NOON + away)), uncertainty: start.uncertainty };
}

test("the middle of five samples decides, and a slow answer says how slow it was", () => {
  const fair = [0, 1, 2].map((sent): { server: number; sent: number; received: number } => ({ server: 1_000 + sent, sent, received: sent }));
  const odd = [{ server: 90_000, sent: 3, received: 4 }, { server: -90_000, sent: 5, received: 6 }];

  expect(medianOf([...odd, ...fair])?.at).toBe(1_000);
  expect(medianOf([{ server: 500, sent: 0, received: 200 }])).toEqual({ at: 400, uncertainty: 150 });
  expect(medianOf([])).toBeNull();
});

test("time runs on by itself, and its uncertainty grows", () => {
  let mono = 1_000;
  const clock = new TrueClock({ at: NOON, uncertainty: 40 }, () => mono);
  mono += 3_600_000;

  expect(clock.now()).toEqual({ at: NOON + 3_600_000, uncertainty: 40 + 3_600_000 * DRIFT });
  expect(clock.then(mono - 5_000).at).toBe(NOON + 3_595_000);
});

test("what the server says takes the place of everything before", () => {
  let mono = 0;
  const clock = new TrueClock({ at: NOON - DAY, uncertainty: UNKNOWN }, () => mono);
  mono = 500;
  clock.learn([{ server: NOON, sent: 480, received: 500 }]);

  expect(clock.now().at).toBe(NOON + 10);
  expect(clock.now().uncertainty).toBeLessThan(100);
  expect(clock.certain).toBe(true);
});

test.each([
  ["a night switched off", 10 * 3_600_000, 0],
  ["a clock set a day ahead", 60_000, DAY],
  ["a clock set a day back", 60_000, -DAY],
  ["a computer without a clock battery, off for a night", 10 * 3_600_000, -10 * 3_600_000],
  ["three days off and a day ahead", 3 * DAY, DAY],
])("%s: the true time is within what is said", (_, away, set) => {
  const { error, uncertainty } = restart(away, set);

  expect(error).toBeLessThanOrEqual(uncertainty);
});

test("a page that is loaded anew knows the time almost as well as before, unless its clock jumped", () => {
  expect(restart(5_000, 0, true)).toEqual({ error: 0, uncertainty: 40 + RELOAD });
  expect(restart(5_000, DAY, true).uncertainty).toBeGreaterThanOrEqual(DAY);
  expect(restart(5_000, -DAY, true).uncertainty).toBeGreaterThanOrEqual(UNKNOWN);
});

test("however often it starts without a network, what it says of its time can be written down", () => {
  let saved: SavedTime = { at: NOON, uncertainty: 40, wall: NOON };
  for (let starts = 0; starts < 100; starts += 1) saved = { ...new TrueClock(timeAtStart(saved, saved.wall, false), () => 0).now(), wall: saved.wall };

  expect(saved.uncertainty).toBe(2 ** 31 - 1);
});

test("a screen that never knew the time says so", () => {
  expect(timeAtStart(null, NOON, true)).toEqual({ at: NOON, uncertainty: UNKNOWN });
});
