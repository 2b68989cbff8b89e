/** How a file is cut, and how long the rest will take. Pure. */

export interface Piece {
  /** from 1 */
  number: number;
  start: number;
  end: number;
}

export function piecesOf(size: number, partSize: number): Piece[] {
  const count = Math.ceil(size / partSize);
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    start: index * partSize,
    end: Math.min(size, (index + 1) * partSize),
  }));
}

const MOST_PARTS = 4;
/** What a pause or a lost network may cost: parts on their way are sent again from their beginning. */
const AT_STAKE_SECONDS = 6;

/** How many parts may be on their way at once: as many as a link carries in a few seconds, so that little is lost. */
export function partsAtOnce(bytesPerSecond: number | null, partSize: number): number {
  if (bytesPerSecond === null) return 3;
  return Math.min(MOST_PARTS, Math.max(1, Math.floor((bytesPerSecond * AT_STAKE_SECONDS) / partSize)));
}

const WINDOW = 20_000;
const SHORTEST = 2_000;

/** Bytes per second over the last twenty seconds: long enough to be calm, short enough to notice a change. */
export class Pace {
  #marks: { at: number; bytes: number }[] = [];

  /** `bytes` in all so far. */
  mark(bytes: number, at: number): void {
    this.#marks.push({ at, bytes });
    this.#marks = this.#marks.filter((mark) => mark.at >= at - WINDOW);
  }

  forget(): void {
    this.#marks = [];
  }

  /** null until there is enough to go by */
  get bytesPerSecond(): number | null {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (!first || !last || last.at - first.at < SHORTEST || last.bytes <= first.bytes) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
