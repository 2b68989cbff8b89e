/** One finger on the film: a tap, a hold, or a swipe that the picture follows. Pure state, fed with points. */

export interface GestureEvents {
  /** `double`: the second of two quick ones; `part` of the width, from the left. */
  ontap: (part: number, double: boolean) => void;
  /** A swipe to the side: -1 to the left, 1 to the right. */
  onside: (direction: -1 | 1) => void;
  onhold: (held: boolean) => void;
  /** pixels the picture is away from its place, and where it would go were the finger lifted now */
  ondrag: (offset: number, step: -1 | 0 | 1) => void;
  /** -1 previous, 0 back to its place, 1 next */
  onsettle: (step: -1 | 0 | 1, offset: number) => void;
  /** a finger that holds has moved up far enough to keep the speed */
  onlock: () => void;
}

const SLOP = 9;
const HOLD_MS = 380;
const LOCK = 60;
const FLICK = 0.45;
const DOUBLE_MS = 300;
const SIDE = 0.2;

export class Gesture {
  readonly #events: GestureEvents;
  readonly #size: () => { width: number; height: number };
  #from: { x: number; y: number; at: number } | null = null;
  #tapped = -Infinity;
  #mode: "undecided" | "drag" | "side" | "hold" | "ignored" = "undecided";
  #last = { y: 0, at: 0 };
  #velocity = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(events: GestureEvents, size: () => { width: number; height: number }) {
    this.#events = events;
    this.#size = size;
  }

  down(x: number, y: number, at: number): void {
    this.#from = { x, y, at };
    this.#last = { y, at };
    this.#mode = "undecided";
    this.#velocity = 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#mode = "hold";
      this.#events.onhold(true);
    }, HOLD_MS);
  }

  move(x: number, y: number, at: number): void {
    if (!this.#from) return;
    const [dx, dy] = [x - this.#from.x, y - this.#from.y];
    if (this.#mode === "undecided") this.#decide(dx, dy);
    if (this.#mode === "hold" && dy < -LOCK) {
      this.#events.onlock();
      this.#mode = "ignored";
    }
    if (this.#mode !== "drag") return;
    const elapsed = Math.max(1, at - this.#last.at);
    this.#velocity = 0.7 * ((y - this.#last.y) / elapsed) + 0.3 * this.#velocity;
    this.#last = { y, at };
    this.#events.ondrag(dy, this.#stepOf(dy, at));
  }

  up(x: number, y: number, at: number): void {
    if (!this.#from) return;
    clearTimeout(this.#timer);
    const [dx, dy] = [x - this.#from.x, y - this.#from.y];
    const mode = this.#mode;
    this.#from = null;
    if (mode === "undecided") this.#tap(x, at);
    if (mode === "side" && Math.abs(dx) > this.#size().width * SIDE) this.#events.onside(dx < 0 ? -1 : 1);
    if (mode === "hold") this.#events.onhold(false);
    if (mode === "drag") this.#events.onsettle(this.#stepOf(dy, at), dy);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    if (this.#from && this.#mode === "hold") this.#events.onhold(false);
    if (this.#from && this.#mode === "drag") this.#events.onsettle(0, this.#last.y - this.#from.y);
    this.#from = null;
  }

  #tap(x: number, at: number): void {
    const double = at - this.#tapped < DOUBLE_MS;
    this.#tapped = double ? -Infinity : at;
    this.#events.ontap(x / Math.max(1, this.#size().width), double);
  }

  #decide(dx: number, dy: number): void {
    if (Math.hypot(dx, dy) < SLOP) return;
    clearTimeout(this.#timer);
    this.#mode = Math.abs(dy) > Math.abs(dx) ? "drag" : "side";
  }

  #stepOf(dy: number, at: number): -1 | 0 | 1 {
    const resting = at - this.#last.at > 120;
    const flick = !resting && Math.abs(this.#velocity) > FLICK && Math.sign(this.#velocity) === Math.sign(dy);
    const far = Math.abs(dy) > this.#size().height * 0.28;
    if (!flick && !far) return 0;
    return dy < 0 ? 1 : -1;
  }
}
