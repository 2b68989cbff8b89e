/** Further sounds on their way to the server: by the same uploads as films, with a language. */

import { get, post, remove } from "../../api/client";
import type { Problem } from "../../api/problem";
import type { EpisodeState, Upload } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { shownName } from "../drop/judge";
import { book } from "../store/book.svelte";
import { Places } from "../upload/places";
import { sendFile } from "../upload/send-file";
import { underWay, waysOver } from "../upload/ways";

const files = new Places(2);
const parts = new Places(3);

const ways = waysOver((signal) => parts.take(signal));

export class SoundSending {
  readonly episode: number;
  readonly lang: string;
  readonly file: File;
  sent = $state(0);
  waiting = $state(false);
  problem = $state.raw<Problem | null>(null);
  readonly stop = new AbortController();

  constructor(episode: number, lang: string, file: File) {
    this.episode = episode;
    this.lang = lang;
    this.file = file;
  }

  get part(): number {
    return this.file.size > 0 ? this.sent / this.file.size : 0;
  }
}

class SoundSendings {
  all = $state<SoundSending[]>([]);

  of(episode: number): SoundSending[] {
    return this.all.filter((each) => each.episode === episode);
  }

  /** This file for this language; one that is on its way gives way. */
  add(episode: number, lang: string, file: File): void {
    this.drop(episode, lang);
    const sending = new SoundSending(episode, lang, file);
    this.all.push(sending);
    void this.#run(sending);
  }

  drop(episode: number, lang: string): void {
    for (const each of this.of(episode)) if (each.lang === lang) each.stop.abort();
    this.all = this.all.filter((each) => each.episode !== episode || each.lang !== lang);
  }

  /** Stop it, and give up what has arrived. */
  async cancel(episode: EpisodeState, lang: string): Promise<void> {
    this.drop(episode.id, lang);
    const upload = episode.sounds.find((sound) => sound.lang === lang)?.upload;
    if (upload) await remove(`/api/studio/uploads/${upload}`);
    await book.load();
  }

  async #run(sending: SoundSending): Promise<void> {
    const { episode, lang, file, stop } = sending;
    const events = {
      onsent: (bytes: number) => { sending.sent = Math.max(sending.sent, bytes); },
      onwaiting: (waiting: boolean) => { sending.waiting = waiting; },
    };
    try {
      const free = await files.take(stop.signal);
      try {
        const state = await sendFile(await opened(episode, lang, file), file, ways, events, stop.signal);
        this.drop(episode, lang);
        book.take(state);
      } finally {
        free();
      }
    } catch (error) {
      if (!stop.signal.aborted) sending.problem = problemFrom(error);
    }
  }
}

/** The upload that is open, if it is of this file; else a new one. */
async function opened(episode: number, lang: string, file: File): Promise<Upload> {
  const name = shownName(file.name);
  const start = (): Promise<Upload> => post<Upload>(`/api/studio/episodes/${String(episode)}/uploads`, { file_name: name, size: file.size, lang });
  try {
    return await start();
  } catch (error) {
    const there = await get<Upload>(`/api/studio/uploads/${underWay(error)}`, { retries: 3 });
    if (there.size === file.size && there.file_name === name) return there;
    await remove(`/api/studio/uploads/${there.id}`);
    return start();
  }
}

export const soundSendings = new SoundSendings();
