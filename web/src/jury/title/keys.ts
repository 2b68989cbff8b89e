/** What keys do while a title is open. Pure but for the acts it is given. */

import { westernDigits } from "../../shared/crew/digits";

export interface KeyActs {
  grade: (value: number) => void;
  criterion: (way: 1 | -1) => void;
  seek: (way: 1 | -1) => void;
  toggle: () => void;
  episode: (way: 1 | -1) => void;
  note: () => void;
  list: () => void;
}

/** Where the letter stands on the keyboard, whatever script it writes now. */
export const nameOf = ({ key, code }: Pick<KeyboardEvent, "key" | "code">): string => (code === "KeyN" ? "n" : key);

/** Digits of any script. */
export function actOf(key: string, rtl: boolean, acts: KeyActs): (() => void) | null {
  const digit = /^\p{Nd}$/u.test(key);
  if (digit) return () => { acts.grade(Number(westernDigits(key))); };
  const forward = rtl ? -1 : 1;
  const known: Record<string, () => void> = {
    ArrowUp: () => { acts.criterion(-1); },
    ArrowDown: () => { acts.criterion(1); },
    ArrowRight: () => { acts.seek(forward); },
    ArrowLeft: () => { acts.seek(forward === 1 ? -1 : 1); },
    " ": acts.toggle,
    "[": () => { acts.episode(-1); },
    "]": () => { acts.episode(1); },
    n: acts.note,
    "?": acts.list,
  };
  return known[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

const TYPES = "input:not([type='radio']):not([type='range']), textarea, select, [contenteditable]";
const PRESSES = "button, a, summary";

/** Where somebody writes, or in a dialog, a key is theirs; on a button the space bar presses it, on a scale the arrows move. */
export function isFree(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const own = [TYPES, "dialog", ...(event.key === " " ? [PRESSES] : []), ...(event.key.startsWith("Arrow") ? ["input"] : [])];
  return !(event.target instanceof Element) || event.target.closest(own.join()) === null;
}
