import { describe, expect, test } from "vitest";
import { gatesOf, stepOf, type Seen } from "../../src/desk/awards/gates";

const OVER = Date.parse("2026-11-14T17:01:00Z");
const SEEN: Seen = {
  award: { closes_at: "2026-11-14T17:00:00Z", grace_seconds: 60 },
  log: { size: 13 },
  turnout: { rows: 12 },
  voids: [{ state: "agreed" }, { state: "withdrawn" }],
  kiosks: [{ state: "empty" }, { state: "written_off" }],
  publication: { state: "open", asked_by: null },
};
const states = (seen: Partial<Seen>, now = OVER) => gatesOf({ ...SEEN, ...seen }, now).map(({ state }) => state);

describe("gates", () => {
  test("the first that is not passed waits, later ones may be passed already", () => {
    expect(states({})).toEqual(["passed", "passed", "passed", "passed", "waiting"]);
    expect(states({}, OVER - 1)).toEqual(["waiting", "passed", "passed", "later", "later"]);
    expect(states({ log: { size: 12 } }, OVER - 1)).toEqual(["waiting", "later", "passed", "later", "later"]);
    expect(states({ log: { size: 12 } })).toEqual(["passed", "passed", "passed", "passed", "waiting"]);
    expect(states({ log: null })).toEqual(["passed", "waiting", "passed", "passed", "later"]);
    expect(states({ voids: [{ state: "waiting" }] })).toEqual(["passed", "passed", "waiting", "passed", "later"]);
    expect(states({ kiosks: [{ state: "empty" }, { state: "waiting" }] })).toEqual(["passed", "passed", "passed", "waiting", "later"]);
  });

  test("published is past all of them", () => {
    expect(states({ publication: { state: "published", asked_by: null } })).toEqual(["passed", "passed", "passed", "passed", "passed"]);
  });

  test("what a kiosk may hold is asked only when nothing is cast any more", () => {
    expect(states({ kiosks: [] }, OVER - 1)[3]).toBe("later");
    expect(states({ kiosks: [] })[3]).toBe("passed");
  });
});

describe("the next step", () => {
  const ann = { id: 1, role: "organiser" } as const;
  const ben = { id: 2, role: "auditor" } as const;
  const asked = { state: "asked", asked_by: { id: 1, name: "Ann" } } as const;

  test("one asks and another agrees", () => {
    const gates = gatesOf(SEEN, OVER);
    expect(stepOf(gates, SEEN.publication, ann)).toBe("ask");
    expect(stepOf(gates, SEEN.publication, ben)).toBe("organiser_asks");
    expect(stepOf(gates, asked, ann)).toBe("asked_by_you");
    expect(stepOf(gates, asked, ben)).toBe("agree");
  });

  test("nobody passes a gate that is shut, though it was asked for", () => {
    const shut: Partial<Seen>[] = [{ voids: [{ state: "waiting" }] }, { kiosks: [{ state: "waiting" }] }];
    for (const each of shut) expect(stepOf(gatesOf({ ...SEEN, ...each }, OVER), asked, ben)).toBe("gates");
  });
});
