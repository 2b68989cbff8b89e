/** One SourceBuffer takes one operation at a time: this queue makes them awaitable. */

export class SourceQueue {
  readonly buffer: SourceBuffer;
  #tail: Promise<void> = Promise.resolve();

  constructor(buffer: SourceBuffer) {
    this.buffer = buffer;
  }

  append(bytes: BufferSource): Promise<void> {
    return this.#run(() => {
      this.buffer.appendBuffer(bytes);
    });
  }

  remove(start: number, end: number): Promise<void> {
    return this.#run(() => {
      this.buffer.remove(start, end);
    });
  }

  /** What follows is of another kind: a new init segment comes first. */
  changeType(type: string): Promise<void> {
    const done = this.#tail.then(() => { this.buffer.changeType(type); });
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Forget a segment that stopped half-way, so that the next bytes begin a new one. */
  async reset(): Promise<void> {
    await this.#tail;
    try {
      this.buffer.abort();
    } catch {
      // The source has ended or was detached: there is no half segment to forget.
    }
  }

  idle(): Promise<void> {
    return this.#tail;
  }

  #run(operation: () => void): Promise<void> {
    const done = this.#tail.then(
      () =>
        new Promise<void>((resolve, reject) => {
          const settle = (result: () => void): void => {
            this.buffer.removeEventListener("updateend", ended);
            this.buffer.removeEventListener("error", failed);
            result();
          };
          const ended = (): void => {
            settle(resolve);
          };
          const failed = (): void => {
            settle(() => {
              reject(new Error("the media could not be appended"));
            });
          };
          this.buffer.addEventListener("updateend", ended);
          this.buffer.addEventListener("error", failed);
          try {
            operation();
          } catch (error) {
            settle(() => {
              reject(error instanceof Error ? error : new Error(String(error)));
            });
          }
        }),
    );
    this.#tail = done.catch(() => undefined);
    return done;
  }
}
