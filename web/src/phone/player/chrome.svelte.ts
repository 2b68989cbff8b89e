const SHOWN_MS = 2500;

/** When the controls are seen: at first, after any touch, while paused, while a keyboard is among them. */
export class Chrome {
  #recent = $state(true);
  focused = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Seen because somebody just touched something. */
  get recent(): boolean {
    return this.#recent || this.focused;
  }

  touch(milliseconds: number = SHOWN_MS): void {
    this.#recent = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#recent = false; }, milliseconds);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#recent = false;
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
