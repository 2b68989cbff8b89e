/** One title in front of its juror: its episodes, the one that plays, and the notes. */

import { get } from "../../api/client";
import type { Coverage, EpisodeSeen, JuryTitlePage, Note, Watched } from "../../api/jury";
import type { Problem } from "../../api/problem";
import type { Stream } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { uuid7 } from "../../shared/uuid7";
import { streamOf } from "../../shared/watch/stream-at";
import { kept } from "../store/kept.svelte";
import { room } from "../store/room.svelte";

export class TitleView {
  page = $state.raw<JuryTitlePage | null>(null);
  stream = $state.raw<Stream | null>(null);
  problem = $state.raw<Problem | null>(null);
  filmProblem = $state.raw<Problem | null>(null);
  /** Where the film is. */
  time = $state(0);
  #notes = $state.raw<readonly Note[]>([]);
  #now = $state(0);
  /** Of the opening that is under way: a later one wins. */
  #turn = 0;
  startAt = 0;
  autoplay = false;

  constructor(readonly round: number, readonly series: number) {}

  readonly episodes = $derived<readonly EpisodeSeen[]>(this.page?.episodes ?? []);
  readonly episode = $derived<EpisodeSeen | null>(this.episodes[this.#now] ?? null);

  get notes(): Note[] {
    return kept.notesOf(this.series, this.#notes);
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      const path = `/api/jury/rounds/${String(this.round)}/titles/${String(this.series)}`;
      const [page, notes] = await Promise.all([
        get<JuryTitlePage>(path, { retries: 2 }),
        get<Note[]>(`/api/jury/notes?series=${String(this.series)}`, { retries: 2 }),
      ]);
      const first = this.page === null;
      this.page = page;
      this.#notes = notes;
      if (first) await this.open(Math.max(0, page.episodes.findIndex(({ whole }) => !whole)));
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  async open(index: number, startAt = 0, autoplay = false): Promise<void> {
    const episode = this.episodes[index];
    if (!episode) return;
    const turn = ++this.#turn;
    this.filmProblem = null;
    try {
      const stream = await streamOf(episode.package);
      if (turn !== this.#turn) return;
      Object.assign(this, { startAt, autoplay, time: startAt });
      this.#now = index;
      this.stream = stream;
    } catch (error) {
      if (turn === this.#turn) this.filmProblem = problemFrom(error);
    }
  }

  /** The episode this many further on; null beyond the ends. */
  stepTo(way: 1 | -1): (() => void) | null {
    const index = this.#now + way;
    return this.episodes[index] ? () => void this.open(index, 0, true) : null;
  }

  seen({ episode, seen, whole }: Watched): void {
    if (!this.page) return;
    const episodes = this.page.episodes.map((each) => (each.id === episode ? { ...each, seen, whole } : each));
    const coverage = covered(this.page.item.coverage, episodes);
    this.page = { ...this.page, episodes, item: { ...this.page.item, coverage } };
    room.cover(this.series, coverage);
  }

  async addNote(text: string, second: number): Promise<void> {
    const { episode } = this;
    if (episode) await kept.saveNote({ id: uuid7(), series: this.series, episode: episode.id, number: episode.number, second, text }, 0);
  }

  /** Without a text it is gone. */
  async changeNote(note: Note, text: string | null): Promise<void> {
    const { id, series, episode, number, second, revision } = note;
    await kept.saveNote({ id, series, episode, number, second, text }, revision);
  }
}

function covered(before: Coverage, episodes: readonly EpisodeSeen[]): Coverage {
  const seen = episodes.filter(({ whole }) => whole).length;
  return { ...before, seen, enough: seen >= before.needed };
}
