/** One dropped file on the sheet: what is known of it, and what a person has said about it. */

import type { Problem } from "../../api/problem";
import { Places } from "../upload/places";
import type { Dropped } from "./files-of";
import { frameOf } from "./frame";
import { kindOf, type Doubt, type Kind } from "./judge";
import { lookInto, type Looked } from "./look-into";

/** Looking reads a few hundred kilobytes of each file; pictures take a decoder each. */
const looking = new Places(4);
const drawing = new Places(2);
let made = 0;

export class Line {
  readonly key: number;
  readonly kind: Kind;
  readonly dropped: Dropped;
  number = $state<number | null>(null);
  lang = $state<string | null>(null);
  /** left out by a person */
  out = $state(false);
  agreed = $state.raw<ReadonlySet<Doubt>>(new Set());
  looked = $state.raw<Looked | null>(null);
  /** The address of a picture. */
  frame = $state.raw<string | null>(null);
  /** Why it could not be handed over, when that was tried. */
  problem = $state.raw<Problem | null>(null);
  readonly #gone = new AbortController();

  constructor(dropped: Dropped) {
    made += 1;
    this.key = made;
    this.dropped = dropped;
    this.kind = kindOf(dropped.file.name);
  }

  get file(): File {
    return this.dropped.file;
  }

  agree(doubt: Doubt): void {
    this.agreed = new Set([...this.agreed, doubt]);
  }

  /** Look into the file, and draw a picture of it after that. */
  async look(): Promise<void> {
    if (this.kind === "subtitle") return;
    this.looked = await inTurn(looking, this.#gone.signal, () => lookInto(this.file)).catch(() => ({ found: null, refusal: null }));
    if (this.looked.found) void this.#draw();
  }

  async #draw(): Promise<void> {
    const frame = await inTurn(drawing, this.#gone.signal, () => frameOf(this.file)).catch(() => null);
    if (frame && this.#gone.signal.aborted) URL.revokeObjectURL(frame);
    else this.frame = frame;
  }

  /** The line has left the sheet; its picture goes with it unless somebody else shows it now. */
  leave(keepFrame: boolean): void {
    this.#gone.abort();
    if (this.frame && !keepFrame) URL.revokeObjectURL(this.frame);
  }
}

async function inTurn<Result>(places: Places, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  const free = await places.take(signal);
  return work().finally(free);
}
