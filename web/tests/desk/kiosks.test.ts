import { describe, expect, test } from "vitest";
import { held, lookOf } from "../../src/desk/kiosks/looks";
import { draftOf, faultOf, isOvernight, kindChanged, moved, newBlock, newItem } from "../../src/desk/kiosks/plan";

type Beat = NonNullable<Parameters<typeof lookOf>[0]["beat"]>;
const beat = (state: Beat["state"], cached = 100): Beat => ({ state, cached }) as Beat;
const look = (kiosk: Partial<Parameters<typeof lookOf>[0]>) => lookOf({ seen_at: "2026-11-14T17:00:00Z", late: false, beat: beat("loop"), ...kiosk }).name;

describe("how a kiosk is", () => {
  test("silence is said before anything it said last", () => {
    expect(look({ late: true, beat: beat("in_use") })).toBe("offline");
    expect(look({ seen_at: null, beat: null })).toBe("new");
  });

  test("films that are not there yet are said while nothing else goes on", () => {
    expect(look({ beat: beat("loop", 64) })).toBe("loading");
    expect(look({ beat: beat("in_use", 64) })).toBe("in_use");
    expect(look({ beat: beat("loop") })).toBe("online");
    expect(look({ beat: null })).toBe("online");
  });

  test("what it holds is the more of what it says and what is missing here", () => {
    expect(held({ received: 12, of: 26, waiting: 3 })).toBe(14);
    expect(held({ received: 26, of: 26, waiting: 2 })).toBe(2);
  });
});

describe("a programme while it is written", () => {
  test("a plan without its optional parts is complete as a draft, and is not shared with it", () => {
    const plan = { blocks: [{ starts: "10:00", ends: "20:00", items: [newItem()] }] };
    const draft = draftOf(plan);
    expect(draft).toEqual({ blocks: [{ ...plan.blocks[0], days: [] }], ratings: [], sleep: [] });
    draft.blocks[0]?.items.push(newItem());
    expect(plan.blocks[0]?.items).toHaveLength(1);
  });

  test("another kind names the first of what there is", () => {
    expect(kindChanged({ ...newItem(), kind: "series", id: 4 }, { all: 0, section: 2, series: 7, wall: 0 }).id).toBe(7);
  });

  test("a time that was emptied and an item that names nothing are faults", () => {
    const draft = draftOf({ blocks: [newBlock()] });
    expect(faultOf(draft)).toBeNull();
    expect(faultOf({ ...draft, sleep: [{ starts: "23:00", ends: "" }] })).toBe("times");
    expect(faultOf({ ...draft, blocks: [{ ...newBlock(), items: [{ ...newItem(), kind: "wall" }] }] })).toBe("items");
    expect(faultOf({ ...draft, blocks: [{ ...newBlock(), items: [] }] })).toBe("items");
  });

  test("a window that ends at or before its start goes over midnight", () => {
    expect(isOvernight({ starts: "23:30", ends: "08:00" })).toBe(true);
    expect(isOvernight({ starts: "09:00", ends: "18:00" })).toBe(false);
  });

  test("blocks move by one and never out of the list", () => {
    expect(moved(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
  });
});
