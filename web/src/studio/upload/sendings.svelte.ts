/** Files on their way: who goes first, what has arrived, pause and go on, and what goes on after a crash. */

import { Problem } from "../../api/problem";
import type { EpisodeState, Upload } from "../../api/types";
import { problemFrom, session } from "../../shared/crew/session.svelte";
import type { Dropped } from "../drop/files-of";
import { openShelf, readAgain, type KeptFile } from "./kept";
import { Pace, partsAtOnce } from "./layout";
import { Places } from "./places";
import { persist, sendFile } from "./send-file";
import { Sending, type OnItsWay } from "./sending.svelte";
import { OtherTabs, takeTurn, type Told } from "./turn";
import { openUpload, waysOver } from "./ways";

const FILES_AT_ONCE = 4;
/** How often what is shown follows what is known: calm to read, and nothing a page of two hundred rows would feel. */
const TICK = 250;
/** Other tabs hear of it every second. */
const TELL_EVERY = 4;

export interface Home {
  /** An episode is in this state now. */
  onstate(state: EpisodeState): void;
  /** What the server knows of this episode at this moment. */
  look(sending: Sending): Promise<EpisodeState | undefined>;
}

export class Sendings {
  all = $state.raw<readonly Sending[]>([]);
  /** What other tabs of this browser send. */
  elsewhere = $state.raw<ReadonlyMap<number, Told>>(new Map());
  bytesPerSecond = $state<number | null>(null);
  readonly #byEpisode = $derived(new Map(this.all.map((sending) => [sending.episode, sending])));
  readonly moving = $derived(this.all.some((sending) => sending.moving));
  readonly stopped = $derived(this.all.some(({ phase, problem }) => phase === "paused" || problem?.code === "quota-exceeded"));
  readonly offline = $derived(this.all.some(({ phase }) => phase === "waiting"));
  readonly signedOut = $derived(this.all.some(({ phase }) => phase === "signed_out"));
  readonly bytesLeft = $derived(this.all.filter(({ phase }) => phase !== "failed").reduce((sum, { size, sent }) => sum + size - sent, 0));
  readonly #places = new Places(partsAtOnce(null, 1));
  readonly #ways = waysOver((signal) => this.#places.take(signal));
  readonly #pace = new Pace();
  readonly #shelf = openShelf();
  readonly #home: Home;
  readonly #tabs: OtherTabs;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #ticks = 0;
  /** Bytes of files that have arrived whole, so that the pace does not fall when one leaves the list. */
  #gone = 0;

  constructor(home: Home) {
    this.#home = home;
    this.#tabs = new OtherTabs((files) => { this.elsewhere = files; });
  }

  of(episode: number): Sending | undefined {
    return this.#byEpisode.get(episode);
  }

  /** What is shown of an episode's file: ours, or the one that another tab sends. */
  onItsWay(episode: number): OnItsWay | undefined {
    const ours = this.of(episode);
    if (ours && ours.phase !== "elsewhere") return ours;
    const theirs = this.elsewhere.get(episode);
    return theirs ? { ...theirs, phase: "elsewhere" } : ours;
  }

  get secondsLeft(): number | null {
    return this.bytesPerSecond ? this.bytesLeft / this.bytesPerSecond : null;
  }

  /** A reader who leaves now would have to find these files again: the browser gave no way back to them. */
  get atRisk(): boolean {
    return this.all.some((sending) => sending.moving && !sending.dropped.handle);
  }

  add(episode: EpisodeState, dropped: Dropped): void {
    this.#leave(episode.id);
    const sending = new Sending(episode, dropped, session.account?.id ?? null);
    this.all = [...this.all, sending];
    void this.#keep(sending);
    this.#next();
  }

  /** Stop without telling the server: what has arrived stays there. */
  drop(episode: number): void {
    this.#leave(episode);
    void this.#shelf.then((shelf) => shelf.remove(episode));
    this.#next();
  }

  pause(sending: Sending): void {
    sending.phase = "paused";
    sending.stopping?.abort();
    this.#pace.forget();
    this.#next();
  }

  goOn(sending: Sending): void {
    sending.problem = null;
    sending.phase = "next";
    this.#next();
  }

  pauseAll(): void {
    for (const sending of this.all) if (sending.phase !== "failed") this.pause(sending);
  }

  goOnAll(): void {
    for (const sending of this.all) if (sending.phase === "paused" || sending.problem?.code === "quota-exceeded") this.goOn(sending);
  }

  /** Somebody has signed in again. Files of another account stay kept for it and are not sent by this one. */
  goOnSignedIn(account: number): void {
    for (const sending of this.all) {
      if (sending.account !== account) this.#leave(sending.episode);
      else if (sending.phase === "signed_out") this.goOn(sending);
    }
  }

  /** What this account had on its way when the page was closed or the browser fell. */
  async kept(series: number): Promise<KeptFile[]> {
    const files = await (await this.#shelf).all();
    return files.filter((file) => file.series === series && file.account === session.account?.id);
  }

  async forget(episodes: readonly number[]): Promise<void> {
    const shelf = await this.#shelf;
    await Promise.all(episodes.map((episode) => shelf.remove(episode)));
  }

  /** Send on what can be read again; what cannot comes back. Called by a touch: browsers ask for permission only then. */
  async takeUp(files: readonly KeptFile[], stateOf: (episode: number) => EpisodeState | undefined): Promise<KeptFile[]> {
    const lost: KeptFile[] = [];
    for (const kept of files) {
      const file = await readAgain(kept);
      const episode = stateOf(kept.episode);
      if (!file || !episode) lost.push(kept);
      else this.add(episode, { file, path: file.name, ...(kept.handle && { handle: kept.handle }), ...(kept.root && { root: kept.root }) });
    }
    return lost;
  }

  async #keep({ episode, series, account, dropped: { file, handle, root } }: Sending): Promise<void> {
    if (account === null) return;
    const kept = { episode, series, account, name: file.name, size: file.size, modified: file.lastModified };
    const shelf = await this.#shelf;
    await shelf.put({ ...kept, ...(handle && { handle }), ...(root && { root }) }).catch(() => shelf.put(kept)).catch(() => undefined);
  }

  #leave(episode: number): void {
    const sending = this.of(episode);
    if (!sending) return;
    sending.stopping?.abort();
    this.#gone += sending.arrived;
    this.all = this.all.filter((each) => each !== sending);
  }

  #next(): void {
    const busy = this.all.filter((sending) => sending.busy).length;
    const next = this.all.filter(({ phase }) => phase === "next").slice(0, Math.max(0, FILES_AT_ONCE - busy));
    for (const sending of next) void this.#run(sending);
    this.#tick();
  }

  async #run(sending: Sending): Promise<void> {
    sending.phase = "sending";
    const stopping = (sending.stopping = new AbortController());
    try {
      const state = await this.#send(sending, stopping.signal);
      this.drop(sending.episode);
      if (state) this.#home.onstate(state);
    } catch (error) {
      if (!stopping.signal.aborted) this.#stop(sending, problemFrom(error));
    }
    this.#next();
  }

  #stop(sending: Sending, problem: Problem): void {
    sending.problem = problem;
    sending.phase = problem.code === "sign-in-needed" ? "signed_out" : "failed";
    if (problem.code !== "quota-exceeded") return;
    // There is no room for the others either; each of them would only be told the same.
    for (const other of this.all) if (other.phase === "next" && other.upload === null) Object.assign(other, { phase: "failed", problem });
  }

  /** The state the episode came to; undefined where another tab has sent this file meanwhile. */
  async #send(sending: Sending, signal: AbortSignal): Promise<EpisodeState | undefined> {
    let waited = false;
    const free = await takeTurn(sending.episode, signal, () => {
      waited = true;
      sending.phase = "elsewhere";
      this.#next();
    });
    try {
      signal.throwIfAborted();
      if (waited) {
        const there = await this.#home.look(sending);
        if (there?.state !== "uploading" && there?.size === sending.size) return undefined;
        sending.upload = there?.upload ?? null;
        sending.phase = "sending";
      }
      return await this.#sendParts(sending, signal);
    } finally {
      free();
    }
  }

  async #sendParts(sending: Sending, signal: AbortSignal): Promise<EpisodeState> {
    const events = {
      // Parts that were cut off are sent again; the line waits for them instead of going back.
      onsent: (bytes: number) => { sending.arrived = Math.max(sending.arrived, bytes); },
      onwaiting: (waiting: boolean) => {
        if (!signal.aborted) sending.phase = waiting ? "waiting" : "sending";
      },
    };
    const begin = (): Promise<Upload> => persist((again) => openUpload(sending.episode, sending.upload, sending.file, again), this.#ways, events, signal);
    for (let beginnings = 0; ; beginnings += 1) {
      const upload = await begin();
      Object.assign(sending, { upload: upload.id, partSize: upload.part_size });
      if (upload.state === "received") return persist((again) => this.#ways.complete(upload.id, again), this.#ways, events, signal);
      try {
        return await sendFile(upload, sending.file, this.#ways, events, signal);
      } catch (error) {
        // Given up or expired while it was sent: once more from the beginning, and not for ever.
        if (!(error instanceof Problem) || error.code !== "upload-gone" || beginnings > 0) throw error;
        Object.assign(sending, { upload: null, arrived: 0 });
      }
    }
  }

  #tick(): void {
    const needed = this.all.some((sending) => sending.busy);
    if (needed) this.#ticking ??= setInterval(() => { this.#show(); }, TICK);
    else {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
      this.#show();
    }
  }

  #show(): void {
    const at = performance.now();
    const busy = this.all.filter((sending) => sending.busy);
    for (const sending of this.all) if (sending.busy || sending.sent !== sending.arrived) sending.show(at);
    this.#pace.mark(this.#gone + this.all.reduce((sum, { arrived }) => sum + arrived, 0), at);
    this.bytesPerSecond = this.#pace.bytesPerSecond ?? this.bytesPerSecond;
    this.#places.limit = partsAtOnce(this.bytesPerSecond, Math.max(1, ...busy.map(({ partSize }) => partSize)));
    if ((this.#ticks += 1) % TELL_EVERY === 0) this.#tabs.tell(busy.map(({ episode, sent, size }) => ({ episode, sent, size })));
  }
}
