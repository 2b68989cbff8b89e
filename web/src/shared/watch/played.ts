/** What has been played since it was last told, in seconds of the film. Pure. */

export type Span = [number, number];

/** A longer way between two looks is a jump: half a second at double speed, and a page whose timers are slowed down. */
const FARTHEST = 3;
/** As many as one heartbeat may have. */
const MOST = 20;

export class Played {
  #spans: Span[] = [];
  #last: number | null = null;

  /** Where the film is; null while it does not play. */
  look(seconds: number | null): void {
    const last = this.#last;
    this.#last = seconds;
    if (seconds === null || last === null || seconds <= last || seconds - last > FARTHEST) return;
    const before = this.#spans.at(-1);
    if (before?.[1] === last) before[1] = seconds;
    else this.#spans.push([last, seconds]);
  }

  /** All that is to be told; what goes on from here is a new span. */
  take(): Span[] {
    const taken = this.#spans.slice(-MOST);
    this.#spans = [];
    return taken;
  }

  /** It could not be told: the next time, with what comes then. */
  back(spans: readonly Span[]): void {
    this.#spans = [...spans.map(([from, to]): Span => [from, to]), ...this.#spans];
  }
}
