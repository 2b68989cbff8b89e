/** What a list is narrowed down to, kept in the address: a link to it shows the same, and going back too. */

export class Filters<Name extends string> {
  readonly #names: readonly Name[];
  #values = $state.raw<Partial<Record<Name, string>>>({});

  constructor(...names: Name[]) {
    this.#names = names;
    const asked = new URLSearchParams(location.search);
    this.#values = Object.fromEntries(names.map((name) => [name, asked.get(name) ?? ""])) as Record<Name, string>;
  }

  get(name: Name): string {
    return this.#values[name] ?? "";
  }

  set(name: Name, value: string): void {
    this.#values = { ...this.#values, [name]: value };
    const asked = new URLSearchParams(location.search);
    if (value) asked.set(name, value);
    else asked.delete(name);
    write(asked);
  }

  /** As the API takes them, without those that say nothing. */
  get query(): string {
    const asked = new URLSearchParams();
    for (const name of this.#names) if (this.get(name)) asked.set(name, this.get(name));
    return asked.toString();
  }

  /** When the list is left: another page has other filters. */
  drop(): void {
    const asked = new URLSearchParams(location.search);
    for (const name of this.#names) asked.delete(name);
    write(asked);
  }
}

function write(asked: URLSearchParams): void {
  const text = asked.toString();
  history.replaceState(history.state, "", location.pathname + (text ? `?${text}` : ""));
}
