/** Steps that can be taken back and taken again. What is typed in one go is one step. */

const MOST = 300;

export class History<State> {
  #past: State[] = [];
  #future: State[] = [];
  #now: State;
  #going: string | null = null;

  constructor(first: State) {
    this.#now = first;
  }

  get now(): State {
    return this.#now;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** `going`: a name for what goes on, such as typing in one field; steps of the same name following each other are one. */
  push(next: State, going: string | null = null): void {
    if (going === null || going !== this.#going) this.#past = [...this.#past, this.#now].slice(-MOST);
    this.#going = going;
    this.#now = next;
    this.#future = [];
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (before === undefined) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [this.#now, ...this.#future];
    this.#now = before;
    this.#going = null;
  }

  redo(): void {
    const [after] = this.#future;
    if (after === undefined) return;
    this.#future = this.#future.slice(1);
    this.#past = [...this.#past, this.#now];
    this.#now = after;
    this.#going = null;
  }
}
