/** No way out of the page: what the browser would do by itself, beyond showing it, is not done. */

/** Keys that move within the page; every other key with a modifier, and every function key, would lead out of it. */
const INSIDE = new Set(["Tab", "Enter", " ", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"]);
const REFUSED = ["contextmenu", "dragstart", "dragover", "drop", "selectstart", "copy", "cut", "paste", "gesturestart", "auxclick"] as const;

export function isInside({ key, ctrlKey, altKey, metaKey, shiftKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey">): boolean {
  if (ctrlKey || altKey || metaKey) return false;
  return INSIDE.has(key) && (!shiftKey || key === "Tab");
}

/** Until the returned function is called. */
export function lockPage(): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const refuse = (event: Event): void => { event.preventDefault(); };
  for (const type of REFUSED) document.addEventListener(type, refuse, { signal, capture: true });
  window.addEventListener("keydown", (event) => {
    if (isInside(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { signal, capture: true });
  window.addEventListener("wheel", (event) => { if (event.ctrlKey) event.preventDefault(); }, { signal, passive: false });
  document.addEventListener("touchstart", (event) => { if (event.touches.length > 1 && event.cancelable) event.preventDefault(); }, { signal, passive: false });
  document.addEventListener("click", refuseLinks, { signal, capture: true });
  window.open = (): null => null;
  window.print = (): void => undefined;
  return () => { listening.abort(); };
}

function refuseLinks(event: MouseEvent): void {
  if (event.target instanceof Element && event.target.closest("a[href], input[type=file]")) event.preventDefault();
}
