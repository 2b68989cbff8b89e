import { words } from "../../shared/words.svelte";
import { router } from "../router.svelte";
import type { Sitting } from "./sitting.svelte";

const SKIP = 5;

/** Up and down are the episodes, left and right the seconds, everywhere but inside a control that uses the key itself. */
export function keysOf(sitting: Sitting, back: () => void): (event: KeyboardEvent) => void {
  const forward = (): number => (words.direction === "rtl" ? -SKIP : SKIP);
  const actions: Record<string, () => void> = {
    ArrowDown: () => { sitting.step(1); },
    ArrowUp: () => { sitting.step(-1); },
    ArrowRight: () => { sitting.skip(forward()); },
    ArrowLeft: () => { sitting.skip(-forward()); },
    " ": () => { sitting.toggle(); },
    m: () => { sitting.toggleSound(); },
    c: () => { sitting.toggleSubtitles(); },
    Escape: back,
  };
  return (event) => {
    if (router.sheet !== null || meantForOthers(event)) return;
    const onControl = event.target instanceof Element && event.target.closest("button, a, input, [role='slider']") !== null;
    if (onControl && event.key === " ") return;
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
}

function meantForOthers(event: KeyboardEvent): boolean {
  return event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey;
}
