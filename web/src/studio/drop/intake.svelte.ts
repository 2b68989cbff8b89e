/** From dropped files to uploads: checks first, then episodes, then bytes; questions where a person must decide. */

import { put } from "../../api/client";
import { Problem } from "../../api/problem";
import type { EpisodeState, StudioSeries } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { book, sendings } from "../store/book.svelte";
import { Places } from "../upload/places";
import { checkFile, isUpright, type Checked } from "./check-file";
import { sortFiles, type Question } from "./sort-files";
import { subtitleLanguageOf } from "./subtitle-language";
import { readSubtitle } from "./subtitle-text";

export interface Asked extends Question<File> {
  key: number;
  checked?: Checked;
}

const CHECKS_AT_ONCE = 4;
const checking = new Places(CHECKS_AT_ONCE);
const never = new AbortController().signal;

export class Intake {
  questions = $state.raw<Asked[]>([]);
  /** What the browser saw in the file of an episode. */
  checks = $state.raw<ReadonlyMap<number, Checked | null>>(new Map());
  refused = $state.raw<{ name: string; problem: Problem }[]>([]);
  /** Subtitle files taken since the page was opened. */
  subtitles = $state(0);
  readonly #series: number;
  #asked = 0;

  constructor(series: number) {
    this.#series = series;
  }

  get #known(): StudioSeries | undefined {
    return book.find(this.#series);
  }

  async take(files: readonly File[]): Promise<void> {
    this.refused = [];
    const { videos, subtitles, questions } = sortFiles(files, this.#known?.episodes ?? []);
    for (const question of questions) this.#ask(question);
    const checks = videos.map(({ file }) => checkInTurn(file));
    for (const [index, { file, number }] of videos.entries()) await this.#send(file, number, (await checks[index]) ?? null);
    for (const { file, number, lang } of subtitles) await this.#add(file, number, lang);
  }

  async answer(question: Asked, number: number, lang: string | null): Promise<void> {
    this.leave(question);
    if (question.kind === "subtitle") {
      if (lang) await this.#add(question.file, number, lang);
      return;
    }
    const sure = question.doubt === "not_upright" || question.number === number;
    const there = this.#known?.episodes.find((episode) => episode.number === number);
    if (!sure && there && there.state !== "awaiting_upload" && there.state !== "failed") {
      this.#ask({ ...question, doubt: "has_file", number });
      return;
    }
    const checked = question.checked ?? (await checkInTurn(question.file));
    await this.#send(question.file, number, checked, question.doubt === "not_upright");
  }

  /** This file for this episode, whatever is there. */
  async replace(episode: EpisodeState, file: File): Promise<void> {
    const [question] = sortFiles([file], []).questions;
    if (question && question.doubt !== "no_number") {
      this.#ask({ ...question, number: episode.number });
      return;
    }
    await this.#send(file, episode.number, await checkInTurn(file));
  }

  /** Subtitles for this episode, whatever number their names say. */
  async takeSubtitles(episode: EpisodeState, files: readonly File[]): Promise<void> {
    for (const file of files) {
      const lang = subtitleLanguageOf(file.name);
      if (lang) await this.#add(file, episode.number, lang);
      else this.#ask({ kind: "subtitle", file, doubt: "no_language", number: episode.number, lang: null });
    }
  }

  leave(question: Asked): void {
    this.questions = this.questions.filter(({ key }) => key !== question.key);
  }

  #ask(question: Question<File> & { checked?: Checked }): void {
    this.#asked += 1;
    this.questions = [...this.questions, { ...question, key: this.#asked }];
  }

  async #send(file: File, number: number, checked: Checked | null, sure = false): Promise<void> {
    const refused = this.#known?.section.landscape !== "letterbox";
    if (checked && !isUpright(checked) && refused && !sure) {
      this.#ask({ kind: "video", file, doubt: "not_upright", number, lang: null, checked });
      return;
    }
    try {
      const episode = await this.#place(number, file);
      this.checks = new Map(this.checks).set(episode.id, checked);
      sendings.add(episode, file);
    } catch (error) {
      this.#refuse(file, problemFrom(error));
    }
  }

  /** The episode with this number, made where there is none; another file's unfinished upload makes room. */
  async #place(number: number, file: File): Promise<EpisodeState> {
    const there = this.#known?.episodes.find((episode) => episode.number === number);
    if (!there) return book.createEpisode(this.#series, number);
    const other = there.state === "uploading" && there.size !== file.size;
    return other ? book.cancelUpload(there) : there;
  }

  async #add(file: File, number: number, lang: string): Promise<void> {
    const episode = this.#known?.episodes.find((each) => each.number === number);
    if (!episode) {
      this.#ask({ kind: "subtitle", file, doubt: "no_episode", number, lang });
      return;
    }
    try {
      const text = await readSubtitle(file);
      book.take(await put<EpisodeState>(`/api/studio/episodes/${String(episode.id)}/subtitles/${lang}`, { text }));
      this.subtitles += 1;
    } catch (error) {
      this.#refuse(file, problemFrom(error));
    }
  }

  #refuse(file: File, problem: Problem): void {
    this.refused = [...this.refused, { name: file.name, problem }];
  }
}

async function checkInTurn(file: File): Promise<Checked | null> {
  const free = await checking.take(never);
  return checkFile(file).finally(free);
}
