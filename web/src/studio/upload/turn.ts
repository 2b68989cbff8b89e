/** One tab of a browser sends a file; the others wait for it and see how far it is. */

/** Wait until no other tab sends this episode's file; `onwait` is told if that takes waiting. Call the result to give it free. */
export async function takeTurn(episode: number, signal: AbortSignal, onwait: () => void): Promise<() => void> {
  // Plain http in a house's own network has no locks: there the server alone keeps two senders to one upload.
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return () => undefined;
  const name = `tallscreen upload ${String(episode)}`;
  const free = await hold(locks, name, { ifAvailable: true });
  if (free) return free;
  onwait();
  return (await hold(locks, name, { signal })) ?? (() => undefined);
}

function hold(locks: LockManager, name: string, options: LockOptions): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    const whileHeld = (lock: Lock | null): Promise<void> | undefined => {
      if (!lock) {
        resolve(null);
        return undefined;
      }
      return new Promise((free) => { resolve(free); });
    };
    locks.request(name, options, whileHeld).catch(reject);
  });
}

export interface Told {
  episode: number;
  sent: number;
  size: number;
}

const CHANNEL = "tallscreen uploads";
/** A tab that has said nothing for so long is closed, or has crashed. */
const SILENCE = 5_000;

/** What other tabs send at this moment. */
export class OtherTabs {
  readonly #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null;
  readonly #heard = new Map<number, Told & { at: number }>();
  readonly #onnews: (files: ReadonlyMap<number, Told>) => void;

  constructor(onnews: (files: ReadonlyMap<number, Told>) => void) {
    this.#onnews = onnews;
    if (!this.#channel) return;
    this.#channel.onmessage = (event: MessageEvent<Told[]>) => { this.#hear(event.data); };
  }

  tell(files: readonly Told[]): void {
    this.#channel?.postMessage(files);
  }

  #hear(files: readonly Told[]): void {
    const at = performance.now();
    for (const file of files) this.#heard.set(file.episode, { ...file, at });
    this.#forget();
    setTimeout(() => { this.#forget(); }, SILENCE + 100);
  }

  #forget(): void {
    for (const [episode, { at, sent, size }] of this.#heard) if (performance.now() - at > SILENCE || sent > size) this.#heard.delete(episode);
    this.#onnews(new Map(this.#heard));
  }
}
