/** From dropped files to uploads: everything is looked into and shown first, then episodes are made, then bytes are sent. */

import { pause, put } from "../../api/client";
import { Problem } from "../../api/problem";
import type { EpisodeState, StudioSeries } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { words } from "../../shared/words.svelte";
import { book, sendings } from "../store/book.svelte";
import type { Found } from "./container";
import { episodeNumbersOf } from "./episode-number";
import { chosen, type Dropped } from "./files-of";
import { liesIn, seriesFolders } from "./folders";
import { episodeOfFile, isLitter, judgeAll, numberBeforeLanguage, type Judged } from "./judge";
import { Line } from "./line.svelte";
import { subtitleLanguageOf } from "./subtitle-language";
import { base64Of } from "./base64-of";

export const MOST_FILES = 1000;
/** One file that is fine starts at once; whoever waits longer for the look sees the sheet. */
const AT_ONCE = 600;

export interface Totals {
  /** lines that are sent with the button */
  ready: number;
  bytes: number;
  /** what of it has no room here yet */
  fresh: number;
  seconds: number;
  looked: number;
  numbers: number[];
  twins: number[];
}

const LAST = 1000;

/** As on the list; what has no number last, subtitles after their film. */
function byNumber(a: Line, b: Line): number {
  return (a.number ?? LAST) - (b.number ?? LAST) || a.kind.localeCompare(b.kind) * -1 || a.file.name.localeCompare(b.file.name);
}

export class Intake {
  lines = $state.raw<readonly Line[]>([]);
  open = $state(false);
  busy = $state(false);
  /** More files than a series can have. */
  tooMany = $state<number | null>(null);
  /** The folder that is this series, where a drop holds several; "" for all of them together. */
  folder = $state<string | null>(null);
  /** What was found in the file of an episode, and a picture of it. */
  checks = $state.raw<ReadonlyMap<number, Found | null>>(new Map());
  frames = $state.raw<ReadonlyMap<number, string>>(new Map());
  readonly series: number;

  readonly folders = $derived(seriesFolders(this.lines.filter(({ kind }) => kind === "video").map(({ dropped }) => dropped.path)));
  /** Somebody has to say first which of the folders this series is. */
  readonly undecided = $derived(this.folders.length > 0 && this.folder === null);
  readonly judged = $derived.by(() => this.#judge());
  readonly totals = $derived.by(() => this.#sum());

  constructor(series: number) {
    this.series = series;
  }

  get known(): StudioSeries | undefined {
    return book.find(this.series);
  }

  /** Files of a drop. One that is fine is sent at once; more are shown first. */
  async take(dropped: readonly Dropped[]): Promise<void> {
    const wanted = dropped.filter(({ file }) => !isLitter(file.name));
    this.tooMany = wanted.length > MOST_FILES ? wanted.length : null;
    if (wanted.length === 0 || this.tooMany) return;
    const lines = wanted.map((each) => new Line(each));
    this.#number(lines);
    await this.#show(lines.toSorted(byNumber));
  }

  /** This file for this episode, whatever is there and whatever its name says. */
  async replace(episode: EpisodeState, file: File): Promise<void> {
    const line = new Line(chosen(file));
    line.number = episode.number;
    line.agree("has_file");
    line.agree("other_file");
    await this.#show([line]);
  }

  /** Subtitles for this episode, whatever number their names say. */
  async takeSubtitles(episode: EpisodeState, files: readonly File[]): Promise<void> {
    const lines = files.map((file) => new Line(chosen(file)));
    for (const line of lines) Object.assign(line, { number: episode.number, lang: subtitleLanguageOf(line.file.name) });
    await this.#show(lines);
  }

  isOut(line: Line): boolean {
    return line.out || (this.folder !== null && this.folder !== "" && !liesIn(line.dropped.path, this.folder));
  }

  of(line: Line): Judged {
    return this.judged.get(line) ?? { grade: "looking", remarks: [], goesOn: false };
  }

  /** Hand over what is decided, in order; what is not stays on the sheet. */
  async send(): Promise<void> {
    if (this.busy || this.undecided) return;
    this.busy = true;
    const ready = this.lines.filter((line) => this.#isReady(line)).toSorted((a, b) => Number(a.kind === "subtitle") - Number(b.kind === "subtitle") || (a.number ?? 0) - (b.number ?? 0));
    try {
      for (const line of ready) await this.#hand(line);
    } finally {
      this.busy = false;
    }
    if (this.lines.every((line) => ["out", "there"].includes(this.of(line).grade))) this.close();
  }

  close(): void {
    for (const line of this.lines) line.leave(false);
    this.lines = [];
    this.folder = null;
    this.open = false;
  }

  #number(lines: readonly Line[]): void {
    const episodes = this.known?.episodes ?? [];
    const videos = lines.filter(({ kind }) => kind === "video");
    const numbers = episodeNumbersOf(videos.map(({ file }) => file.name));
    for (const [index, line] of videos.entries()) line.number = episodeOfFile(line.file, episodes)?.number ?? numbers[index] ?? null;
    for (const line of lines.filter(({ kind }) => kind === "subtitle")) {
      line.number = numberBeforeLanguage(line.file.name);
      line.lang = subtitleLanguageOf(line.file.name);
    }
  }

  async #show(lines: readonly Line[]): Promise<void> {
    const alone = !this.open && this.lines.length === 0 && lines.length === 1;
    this.lines = [...this.lines, ...lines];
    const looks = Promise.all(lines.map((line) => line.look()));
    if (alone) await Promise.race([looks, pause(AT_ONCE)]);
    const [first] = lines;
    if (alone && first && this.#startsAtOnce(first)) await this.send();
    this.open = this.lines.length > 0;
  }

  #startsAtOnce(line: Line): boolean {
    const { grade } = this.of(line);
    return grade === "fine" || (grade === "warned" && line.agreed.size > 0);
  }

  #isReady(line: Line): boolean {
    const { grade } = this.of(line);
    return grade === "fine" || grade === "warned";
  }

  #judge(): ReadonlyMap<Line, Judged> {
    const around = { episodes: this.known?.episodes ?? [], rules: this.known?.section ?? { landscape: "refuse" as const }, clock: (seconds: number) => words.clock(seconds) };
    const candidates = this.lines.map((line) => ({ kind: line.kind, file: line.file, number: line.number, lang: line.lang, out: this.isOut(line), agreed: line.agreed, looked: line.looked }));
    const judged = judgeAll(candidates, around);
    return new Map(this.lines.map((line, index) => [line, judged[index] ?? { grade: "looking", remarks: [], goesOn: false }]));
  }

  #sum(): Totals {
    const ready = this.lines.filter((line) => this.#isReady(line));
    const wanted = this.lines.filter((line) => line.kind === "video" && !["out", "refused"].includes(this.of(line).grade)).flatMap(({ number }) => number ?? []);
    const all = [...(this.known?.episodes ?? []).map(({ number }) => number), ...wanted];
    return {
      ready: ready.length,
      bytes: ready.reduce((sum, { file }) => sum + file.size, 0),
      fresh: ready.filter((line) => line.kind === "video" && !this.of(line).goesOn).reduce((sum, { file }) => sum + file.size, 0),
      seconds: ready.reduce((sum, { looked }) => sum + (looked?.found?.seconds ?? 0), 0),
      looked: this.lines.filter((line) => this.of(line).grade !== "looking").length,
      numbers: [...new Set(all)],
      twins: [...new Set(this.lines.filter((line) => this.of(line).doubt === "same_number").flatMap(({ number }) => number ?? []))],
    };
  }

  async #hand(line: Line): Promise<void> {
    line.problem = null;
    try {
      if (line.kind === "subtitle") await this.#addSubtitle(line);
      else await this.#addFilm(line);
    } catch (error) {
      line.problem = problemFrom(error);
      return;
    }
    line.leave(line.kind === "video");
    this.lines = this.lines.filter((each) => each !== line);
  }

  async #addFilm(line: Line): Promise<void> {
    const episode = await this.#place(line.number ?? 0, line);
    this.checks = new Map(this.checks).set(episode.id, line.looked?.found ?? null);
    if (line.frame) this.frames = new Map(this.frames).set(episode.id, line.frame);
    sendings.add(episode, line.dropped);
  }

  /** The episode with this number, made where there is none; another file's unfinished upload makes room. */
  async #place(number: number, line: Line): Promise<EpisodeState> {
    const find = (): EpisodeState | undefined => this.known?.episodes.find((episode) => episode.number === number);
    const there = find() ?? (await book.createEpisode(this.series, number).catch(async (error: unknown) => {
      // Made in another tab meanwhile: it is there now.
      if (!(error instanceof Problem) || error.code !== "already-there") throw error;
      await book.refresh(this.series);
      const made = find();
      if (!made) throw error;
      return made;
    }));
    return there.state === "uploading" && !episodeOfFile(line.file, [there]) ? book.cancelUpload(there) : there;
  }

  async #addSubtitle(line: Line): Promise<void> {
    const episode = this.known?.episodes.find(({ number }) => number === line.number);
    if (!episode || !line.lang) return;
    const content = await base64Of(line.file);
    book.take(await put<EpisodeState>(`/api/studio/episodes/${String(episode.id)}/subtitles/${line.lang}`, { content }));
  }
}
