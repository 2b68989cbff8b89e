/** What the keys of the editor do. With Alt or Ctrl they work while somebody types, too. */

export type Act = "play" | "in" | "out" | "earlier" | "later" | "frame_back" | "frame_on" | "split" | "merge" | "add" | "delete" | "previous" | "next" | "undo" | "redo" | "save" | "search";

interface Pressed {
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

const WITH_ALT: Record<string, Act> = {
  KeyP: "play", BracketLeft: "in", BracketRight: "out", Comma: "earlier", Period: "later", Enter: "split", KeyM: "merge", KeyN: "add", Backspace: "delete", ArrowUp: "previous", ArrowDown: "next",
};
const WITH_ALT_SHIFT: Record<string, Act> = { Comma: "frame_back", Period: "frame_on" };
const WITH_CTRL_SHIFT: Record<string, Act> = { KeyZ: "redo" };
const PLAIN: Record<string, Act> = { Space: "play" };
const WITH_CTRL: Record<string, Act> = { KeyZ: "undo", KeyY: "redo", KeyS: "save", KeyF: "search" };

/** `typing`: the key would go into a field. */
export function actOf({ code, altKey, ctrlKey, metaKey, shiftKey }: Pressed, typing: boolean): Act | null {
  const ctrl = ctrlKey || metaKey;
  if (ctrl && altKey) return null; // how keyboards type signs
  const held = ctrl ? (shiftKey ? WITH_CTRL_SHIFT : WITH_CTRL) : altKey ? (shiftKey ? WITH_ALT_SHIFT : WITH_ALT) : typing ? {} : PLAIN;
  return held[code] ?? null;
}

/** As it is written on keyboards. */
export const KEY_NAMES: Record<Act, string> = {
  play: "Alt P", in: "Alt [", out: "Alt ]", earlier: "Alt ,", later: "Alt .", frame_back: "Alt ⇧ ,", frame_on: "Alt ⇧ .", split: "Alt ↵", merge: "Alt M", add: "Alt N", delete: "Alt ⌫",
  previous: "Alt ↑", next: "Alt ↓", undo: "Ctrl Z", redo: "Ctrl Y", save: "Ctrl S", search: "Ctrl F",
};
