/** Arrow keys in a group of buttons: they move the focus, and only a tap, enter or space votes. */

type Direction = "ltr" | "rtl";

/** How many buttons on: 0 for any other key. `columns` is 1 for a list, and as long as the row for a single row. */
export function stepOf(key: string, direction: Direction, columns: number): number {
  const onward = direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = direction === "rtl" ? "ArrowRight" : "ArrowLeft";
  return { [onward]: 1, [backward]: -1, ArrowDown: columns, ArrowUp: -columns }[key] ?? 0;
}

export function walk(event: KeyboardEvent, direction: Direction, columns: number): void {
  const group = (event.currentTarget as HTMLElement).closest("[role=radiogroup], [role=group]");
  const buttons = Array.from(group?.querySelectorAll<HTMLElement>("[data-walk]") ?? []);
  const here = buttons.indexOf(event.currentTarget as HTMLElement);
  const ends: Record<string, number> = { Home: 0, End: buttons.length - 1 };
  const step = stepOf(event.key, direction, columns);
  const target = buttons[ends[event.key] ?? here + step];
  if (event.altKey || (step === 0 && !(event.key in ends))) return;
  event.preventDefault();
  target?.focus();
}
