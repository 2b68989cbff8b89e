import { expect, test } from "vitest";
import { byDay, moved } from "../../src/desk/programme/looks";
import { open } from "../../src/desk/review/looks";

const row = (id: number, section: number) => ({ id, section });

test("a series moves by one place within its section, and not out of it", () => {
  const rows = [row(1, 1), row(2, 1), row(3, 1), row(4, 2)];
  expect(moved(rows, 3, -1)).toMatchObject({ rows: [row(1, 1), row(3, 1), row(2, 1), row(4, 2)], after: 1 });
  expect(moved(rows, 2, -1)?.after).toBe(0);
  expect(moved(rows, 1, 1)?.after).toBe(2);
  expect(moved(rows, 3, 1)).toBeNull();
  expect(moved(rows, 4, -1)).toBeNull();
});

test("days keep the order of what is shown on them", () => {
  const days = byDay([{ at: "2026-11-20T10" }, { at: "2026-11-20T12" }, { at: "2026-11-21T09" }], (at) => at.slice(0, 10));
  expect(days.map(({ day, rows }) => [day, rows.length])).toEqual([["2026-11-20", 2], ["2026-11-21", 1]]);
});

test("what is decided can be decided otherwise until it is shown or withdrawn", () => {
  expect(open({ tray: "waiting", state: "new", released_at: null })).toEqual(["accept", "ask", "decline"]);
  expect(open({ tray: "accepted", state: "accepted", released_at: null })).toEqual(["ask", "decline"]);
  expect(open({ tray: "accepted", state: "accepted", released_at: "2026-11-20T10:00:00Z" })).toEqual([]);
  expect(open({ tray: "withdrawn", state: "new", released_at: null })).toEqual([]);
});
