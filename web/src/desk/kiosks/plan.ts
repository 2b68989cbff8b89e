/** A programme while it is written. Pure. */

import type { Plan, PlanBlock, PlanItem, Rating } from "../../api/types";

export const RATINGS: readonly Rating[] = ["0+", "6+", "12+", "16+", "18+"];
export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

export type Draft = { blocks: Required<PlanBlock>[]; ratings: NonNullable<Plan["ratings"]>; sleep: NonNullable<Plan["sleep"]> };

export function draftOf(plan: Plan): Draft {
  const { blocks = [], ratings = [], sleep = [] } = structuredClone(plan);
  return { blocks: blocks.map((block) => ({ ...block, days: block.days ?? [] })), ratings, sleep };
}

export const newBlock = (): Required<PlanBlock> => ({ starts: "10:00", ends: "20:00", days: [], items: [newItem()] });
export const newItem = (): Required<PlanItem> => ({ kind: "all", id: 0, episodes: "first", seconds: 20 });

/** Another kind names something else: the first of what there is. */
export function kindChanged(item: PlanItem, first: Readonly<Record<PlanItem["kind"], number>>): PlanItem {
  return { ...item, id: first[item.kind] };
}

export const isOvernight = ({ starts, ends }: { starts: string; ends: string }): boolean => ends <= starts;

/** The first thing that is wrong; null where it can be saved. */
export function faultOf(draft: Draft): "times" | "items" | null {
  const windows = [...draft.blocks, ...draft.ratings, ...draft.sleep];
  if (windows.some(({ starts, ends }) => !CLOCK.test(starts) || !CLOCK.test(ends))) return "times";
  const items = draft.blocks.flatMap((block) => block.items);
  const empty = draft.blocks.some((block) => block.items.length === 0);
  return empty || items.some(({ kind, id }) => kind !== "all" && !id) ? "items" : null;
}

/** Move a block up or down; the first that holds plays, so the order counts. */
export function moved<Thing>(things: readonly Thing[], from: number, by: -1 | 1): Thing[] {
  const to = from + by;
  if (to < 0 || to >= things.length) return [...things];
  const order = [...things];
  const [thing] = order.splice(from, 1);
  if (thing !== undefined) order.splice(to, 0, thing);
  return order;
}
