/** One episode's subtitles being worked on: kept while the page is open, also when its reader looks at something else. */

import { get, post, put } from "../../api/client";
import type { Problem } from "../../api/problem";
import type { SubtitleFile, SubtitleSaved } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { findingOf, toVtt, type Cue, type Finding } from "./cues";
import { History } from "./history";
import { addressOf } from "./shelf.svelte";

const PAUSE = 500;

export class Draft {
  readonly episode: number;
  readonly lang: string;
  cues = $state.raw<Cue[]>([]);
  findings = $state.raw<Finding[]>([]);
  filmMs = $state.raw<number | null>(null);
  loaded = $state(false);
  saving = $state(false);
  problem = $state.raw<Problem | null>(null);
  canUndo = $state(false);
  canRedo = $state(false);
  dirty = $state(false);
  #history = new History<Cue[]>([]);
  #saved: Cue[] = [];
  /** Of what was loaded or saved last; null where there was nothing. */
  #version: number | null = null;
  #checking: ReturnType<typeof setTimeout> | undefined;

  constructor(episode: number, lang: string) {
    this.episode = episode;
    this.lang = lang;
  }

  /** Also to see what somebody else has saved: what was done here is gone then. */
  async load(): Promise<void> {
    this.problem = null;
    try {
      this.#take(await get<SubtitleFile>(addressOf(this.episode, this.lang), { retries: 2 }));
    } catch (error) {
      const problem = problemFrom(error);
      if (problem.code === "not-found") this.#begin([]);
      else this.problem = problem;
    }
  }

  apply(cues: Cue[], going: string | null = null): void {
    this.#history.push(cues, going);
    this.#tell();
  }

  undo(): void {
    this.#history.undo();
    this.#tell();
  }

  redo(): void {
    this.#history.redo();
    this.#tell();
  }

  /** `over`: whatever somebody else has saved meanwhile. */
  async save(over = false): Promise<SubtitleSaved | null> {
    this.problem = null;
    this.saving = true;
    try {
      const version = over ? null : this.#version;
      const answer = await put<SubtitleSaved>(addressOf(this.episode, this.lang), { text: toVtt(this.cues), version });
      this.#take(answer.saved);
      return answer;
    } catch (error) {
      this.problem = problemFrom(error);
      return null;
    } finally {
      this.saving = false;
    }
  }

  #take({ version, cues, findings, film_ms }: SubtitleFile): void {
    this.#version = version;
    this.#begin(cues);
    this.findings = findings.map(findingOf);
    this.filmMs = film_ms;
  }

  /** Steps from before can still be taken back. */
  #begin(cues: Cue[]): void {
    if (this.loaded) this.#history.push(cues);
    else this.#history = new History(cues);
    this.#saved = cues;
    this.loaded = true;
    this.#tell(false);
  }

  #tell(check = true): void {
    const { now, canUndo, canRedo } = this.#history;
    this.cues = now;
    Object.assign(this, { canUndo, canRedo, dirty: now !== this.#saved });
    clearTimeout(this.#checking);
    if (check) this.#checking = setTimeout(() => void this.#check(now), PAUSE);
  }

  /** What would be noticed, said by the server as it will be after saving. */
  async #check(cues: Cue[]): Promise<void> {
    try {
      const findings = await post<SubtitleFile["findings"]>(`${addressOf(this.episode, this.lang)}/check`, { cues });
      if (cues === this.cues) this.findings = findings.map(findingOf);
    } catch {
      // The remarks stay as they were; saving says what is wrong.
    }
  }
}

const drafts = new Map<string, Draft>();

export function draftOf(episode: number, lang: string): Draft {
  const key = `${String(episode)} ${lang}`;
  const known = drafts.get(key);
  if (known?.dirty) return known;
  const draft = new Draft(episode, lang);
  drafts.set(key, draft);
  void draft.load();
  return draft;
}

export function anyDirty(): boolean {
  return [...drafts.values()].some(({ dirty }) => dirty);
}
