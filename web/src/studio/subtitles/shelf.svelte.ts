/** The subtitles of one series: what there is, what was dropped, and what a person has to say about it. */

import { get, put, remove } from "../../api/client";
import { Problem } from "../../api/problem";
import type { EpisodeState, SubtitleCell, SubtitleFile, SubtitleSaved } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { base64Of } from "../drop/base64-of";
import type { Dropped } from "../drop/files-of";
import { book } from "../store/book.svelte";
import { toVtt } from "./cues";
import { soundSendings } from "../sounds/sendings.svelte";
import { matchSubtitles, type Asked, type Placed } from "./match";

export interface Question extends Asked<File> {
  key: number;
}

/** A file that can be read in more than one way. */
export interface Unsure {
  key: number;
  file: File;
  number: number;
  lang: string;
  readings: { encoding: string; lines: string[] }[];
}

const AT_ONCE = 4;
const keyOf = (episode: number, lang: string): string => `${String(episode)} ${lang}`;

export function addressOf(episode: number, lang: string): string {
  return `/api/studio/episodes/${String(episode)}/subtitles/${lang}`;
}

export class Shelf {
  readonly series: number;
  problem = $state.raw<Problem | null>(null);
  questions = $state.raw<Question[]>([]);
  unsure = $state.raw<Unsure[]>([]);
  refused = $state.raw<{ name: string; problem: Problem }[]>([]);
  /** Of the files being read. */
  done = $state(0);
  total = $state(0);
  removed = $state.raw<{ episode: EpisodeState; lang: string; text: string } | null>(null);
  #cells = $state.raw<ReadonlyMap<string, SubtitleCell> | null>(null);
  #asked = 0;

  constructor(series: number) {
    this.series = series;
  }

  get loaded(): boolean {
    return this.#cells !== null;
  }

  get languages(): Set<string> {
    return new Set(Array.from(this.#cells?.values() ?? [], ({ lang }) => lang));
  }

  of(episode: number, lang: string): SubtitleCell | undefined {
    return this.#cells?.get(keyOf(episode, lang));
  }

  count(lang: string): number {
    return Array.from(this.#cells?.values() ?? []).filter((cell) => cell.lang === lang).length;
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      const cells = await get<SubtitleCell[]>(`/api/studio/series/${String(this.series)}/subtitles`, { retries: 2 });
      this.#cells = new Map(cells.map((cell) => [keyOf(cell.episode, cell.lang), cell]));
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  async take(dropped: readonly Dropped[]): Promise<void> {
    this.refused = [];
    this.removed = null;
    const numbers = this.#episodes.map(({ number }) => number);
    const paths = new Map(dropped.map(({ file, path }) => [file, path]));
    const { placed, asked } = matchSubtitles([...paths.keys()], numbers, (file) => paths.get(file) ?? file.name);
    for (const question of asked) this.questions = [...this.questions, { ...question, key: this.#key() }];
    this.total += placed.length;
    const left = [...placed];
    const lane = async (): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift()) {
        await this.#place(next);
        this.done += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    if (this.done >= this.total) this.done = this.total = 0;
  }

  async answer(question: Question, number: number, lang: string): Promise<void> {
    this.leave(question.key);
    await this.#place({ ...question, number, lang });
  }

  async choose(unsure: Unsure, encoding: string): Promise<void> {
    this.leave(unsure.key);
    await this.#read(unsure.file, unsure.number, unsure.lang, encoding);
  }

  leave(key: number): void {
    this.questions = this.questions.filter((each) => each.key !== key);
    this.unsure = this.unsure.filter((each) => each.key !== key);
  }

  async remove(episode: EpisodeState, lang: string): Promise<void> {
    try {
      const { cues } = await get<SubtitleFile>(addressOf(episode.id, lang));
      book.take(await remove<EpisodeState>(addressOf(episode.id, lang)));
      this.#cells = new Map([...(this.#cells ?? [])].filter(([key]) => key !== keyOf(episode.id, lang)));
      this.removed = { episode, lang, text: toVtt(cues) };
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  /** What was removed last comes back. */
  async putBack(): Promise<void> {
    const { removed } = this;
    if (!removed) return;
    this.removed = null;
    try {
      this.keep(await put<SubtitleSaved>(addressOf(removed.episode.id, removed.lang), { text: removed.text }));
    } catch (error) {
      this.removed = removed;
      this.problem = problemFrom(error);
    }
  }

  /** What the server said after it had saved something. */
  keep(answer: SubtitleSaved): void {
    book.take(answer);
    const { lang, version, cues, findings, updated_at } = answer.saved;
    const cell: SubtitleCell = { episode: answer.id, lang, version, cues: cues.length, warned: findings.length, updated_at };
    this.#cells = new Map(this.#cells ?? []).set(keyOf(answer.id, lang), cell);
  }

  get #episodes(): readonly EpisodeState[] {
    return book.find(this.series)?.episodes ?? [];
  }

  #key(): number {
    this.#asked += 1;
    return this.#asked;
  }

  async #place({ kind, file, number, lang }: Placed<File>): Promise<void> {
    const episode = this.#episodes.find((each) => each.number === number);
    if (kind === "subtitles") await this.#read(file, number, lang);
    else if (episode) soundSendings.add(episode.id, lang, file);
    else this.questions = [...this.questions, { kind, file, number, lang, doubt: "no_episode", key: this.#key() }];
  }

  async #read(file: File, number: number, lang: string, encoding: string | null = null): Promise<void> {
    const episode = this.#episodes.find((each) => each.number === number);
    if (!episode) {
      this.questions = [...this.questions, { kind: "subtitles", file, number, lang, doubt: "no_episode", key: this.#key() }];
      return;
    }
    try {
      this.keep(await put<SubtitleSaved>(addressOf(episode.id, lang), { content: await base64Of(file), encoding }, { retries: 2 }));
    } catch (error) {
      const problem = problemFrom(error);
      const values = problem.body["values"] as { candidates?: Unsure["readings"] } | null | undefined;
      if (problem.code === "encoding-unsure" && values?.candidates) {
        this.unsure = [...this.unsure, { file, number, lang, readings: values.candidates, key: this.#key() }];
      } else this.refused = [...this.refused, { name: file.name, problem }];
    }
  }
}
