/** The form of one series: what the server has, what is typed, and the way between them. */

import { get, post, put } from "../../api/client";
import { Problem } from "../../api/problem";
import type { About } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { draftOf, isChanged, saveOf, wrongIn, type Draft, type Wrong } from "./draft";

/** What `saved-meanwhile` tells. */
export interface Meanwhile {
  version: number;
  by: string | null;
  at: string | null;
}

export class AboutForm {
  about = $state.raw<About | null>(null);
  draft = $state<Draft | null>(null);
  problem = $state.raw<Problem | null>(null);
  wrong = $state.raw<Wrong>({});
  busy = $state(false);
  readonly changed = $derived(this.draft !== null && this.about !== null && isChanged(this.draft, this.about));
  readonly meanwhile = $derived(this.problem?.code === "saved-meanwhile" ? (this.problem.body["values"] as Meanwhile) : null);

  constructor(private readonly series: number) {}

  get #address(): string {
    return `/api/studio/series/${String(this.series)}/about`;
  }

  /** `shown` are languages to begin with. What is typed and not saved stays. */
  async load(shown: readonly string[]): Promise<void> {
    await this.#ask(async () => {
      const about = await get<About>(this.#address, { retries: 2 });
      if (this.about && this.changed) return;
      this.#take(about, shown);
    });
  }

  async save(): Promise<void> {
    if (!this.draft || !this.about) return;
    this.wrong = wrongIn(this.draft);
    if (Object.keys(this.wrong).length > 0) return;
    const save = saveOf(this.draft, this.about);
    await this.#ask(async () => { this.#take(await put<About>(this.#address, save)); });
  }

  async undo(): Promise<void> {
    const version = this.about?.version;
    await this.#ask(async () => { this.#take(await post<About>(`${this.#address}/undo`, { version })); });
  }

  /** Mine over what somebody saved meanwhile; `about` becomes theirs first, so that only the difference is sent. */
  async saveOver(): Promise<void> {
    await this.#ask(async () => { this.about = await get<About>(this.#address); });
    if (!this.problem) await this.save();
  }

  async takeTheirs(): Promise<void> {
    await this.#ask(async () => { this.#take(await get<About>(this.#address)); });
  }

  /** Forget what was typed. */
  reset(): void {
    if (this.about) this.#take(this.about);
    this.problem = null;
    this.wrong = {};
  }

  #take(about: About, shown: readonly string[] = this.draft?.texts.map(({ lang }) => lang) ?? []): void {
    this.about = about;
    this.draft = draftOf(about, shown);
  }

  async #ask(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      await work();
    } catch (error) {
      this.problem = problemFrom(error);
    } finally {
      this.busy = false;
    }
  }
}

/** Forms by series: going to another page of the studio loses nothing that was typed. */
const forms = new Map<number, AboutForm>();

export function formOf(series: number): AboutForm {
  const known = forms.get(series);
  if (known) return known;
  // Outside of the page that asks first: what is derived would stand still once that page is gone.
  $effect.root(() => { forms.set(series, new AboutForm(series)); });
  return formOf(series);
}

/** Whether anything is typed that the server does not have. */
export function unsaved(): boolean {
  return [...forms.values()].some(({ changed }) => changed);
}
