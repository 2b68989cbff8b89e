/** This screen as a kiosk: who it is, what it has been told, and how it keeps in touch with the festival. */

import { get } from "../../api/client";
import { follow } from "../../api/live";
import { Problem } from "../../api/problem";
import type { SyncAnswer, VoteAnswer } from "./chain";
import { timeAtStart, TrueClock, type Moment, type Sample, type SavedTime } from "./clock";
import { films } from "./films.svelte";
import { ownKey, publicHalf } from "./key";
import { NotOurs, readManifest, type Manifest, type Mode, type Signed } from "./manifest";
import { pairing } from "./pairing.svelte";
import { Plays, type Play } from "./plays";
import { Session, type Identity } from "./session";
import { change, fact, keepFact } from "./shelf";
import { Journal, setAside } from "./votes";

export interface Command {
  id: number;
  kind: "play" | "pause" | "blank" | "reload" | "identify" | "say" | "screenshot";
  text: string | null;
  at: string;
}

/** What the page tells of itself with every heartbeat. */
export interface Showing {
  state: "loop" | "in_use" | "paused" | "blank" | "asleep" | "loading" | "safe";
  series: number | null;
  episode: number | null;
  second: number | null;
  recoveries: number;
}

interface Beat {
  now: string;
  serial: number;
  received: number;
  of: number;
  mode: Mode;
  commands: Command[];
}

interface Ordered {
  commands: Command[];
  revoked: boolean;
}

type Kept = Signed & { serial: number };

const BEAT = 10_000;
const SEND = 15_000;
const SAVE = 10_000;
const MINUTE = 60_000;
const SAMPLES = 5;
const SAMPLE_AGAIN = 600_000;
const SILENCE = 25_000;
/** A disk that could not be read may be readable later. */
const AGAIN = 60_000;
const TAB = "tallscreen.kiosk.tab";
export const VERSION = import.meta.env.MODE === "crew" ? "1" : "dev";

class Device {
  phase = $state<"starting" | "unfit" | "pairing" | "ready">("starting");
  identity = $state.raw<Identity | null>(null);
  manifest = $state.raw<Manifest | null>(null);
  online = $state(false);
  waiting = $state(0);
  received = $state.raw<{ received: number; of: number } | null>(null);
  mode = $state<Mode>("play");
  /** The time may be wrong by more than a minute. */
  unsure = $state(false);
  clock = new TrueClock(timeAtStart(null, Date.now(), false));
  journal: Journal | null = null;
  onanswers: (answers: readonly VoteAnswer[]) => void = () => undefined;
  oncommand: (command: Command) => void = () => undefined;
  showing: () => Showing = () => ({ state: "loading", series: null, episode: null, second: null, recoveries: 0 });
  readonly plays = new Plays();
  #session: Session | null = null;
  #closing = new AbortController();
  #heard = 0;
  #sampled = -Infinity;
  #beating = false;
  #sending = false;
  /** Something new came while the last was being sent. */
  #newer = false;
  #sendTimer: ReturnType<typeof setTimeout> | undefined;

  /** Until the returned function is called. */
  open(): () => void {
    this.#closing = new AbortController();
    void this.#start().catch(() => {
      if (this.#closing.signal.aborted) return;
      this.phase = "unfit";
      setTimeout(() => { location.reload(); }, AGAIN);
    });
    return () => { this.#closing.abort(); };
  }

  async #start(): Promise<void> {
    if (!isSecureContext || !("serviceWorker" in navigator)) throw new Error("this browser keeps nothing");
    await navigator.serviceWorker.register("/kiosk-worker.js", { scope: "/kiosk", updateViaCache: "none" }).catch(() => undefined);
    const [key, saved] = await Promise.all([ownKey(), fact<SavedTime>("time")]);
    this.clock = new TrueClock(timeAtStart(saved ?? null, Date.now(), sessionStorage.getItem(TAB) !== null));
    sessionStorage.setItem(TAB, "1");
    await Promise.all([films.open(), this.plays.open()]);
    this.#every(SAVE, () => this.#saveTime());
    const identity = await fact<Identity>("identity");
    await this.#live(key, identity ?? (await this.#pair(key)));
  }

  async #pair(key: CryptoKeyPair): Promise<Identity> {
    this.phase = "pairing";
    const identity = await pairing.run(await publicHalf(key), VERSION, this.#closing.signal);
    await keepFact("identity", identity);
    return identity;
  }

  async #live(key: CryptoKeyPair, identity: Identity): Promise<void> {
    this.identity = identity;
    const session = new Session(key, identity.kiosk);
    session.onrevoked = () => void this.#revoked();
    this.#session = session;
    this.journal = new Journal(key, identity.kiosk);
    this.journal.onanswers = (answers) => { this.onanswers(answers); };
    await this.journal.open();
    this.waiting = this.journal.waiting;
    await this.#readKept(identity);
    this.mode = (await fact<Mode>("mode")) ?? "play";
    this.phase = "ready";
    void this.beat();
    this.#every(BEAT, () => this.beat());
    this.#scheduleSend(0);
    window.addEventListener("online", () => { this.#back(); }, { signal: this.#closing.signal });
    // Without the cookie that comes with a pass, the stream would be refused once.
    void session.open().catch(() => undefined).then(() => { this.#follow(identity.kiosk); });
  }

  #follow(kiosk: number): void {
    if (this.#closing.signal.aborted) return;
    const stop = follow({ [`kiosk:${String(kiosk)}:commands`]: (data: unknown) => { this.#ordered(data as Ordered); } });
    this.#closing.signal.addEventListener("abort", stop);
  }

  /** The programme of the last day is on the disk, signature and all: it is checked again, whoever had the disk meanwhile. */
  async #readKept(identity: Identity): Promise<void> {
    const kept = await fact<Kept>("manifest");
    if (!kept) return;
    this.manifest = await readManifest(kept, { ...identity, serial: 0 }).catch(() => null);
  }

  #every(ms: number, work: () => Promise<void> | void): void {
    const timer = setInterval(() => void work(), ms);
    this.#closing.signal.addEventListener("abort", () => { clearInterval(timer); });
  }

  async #saveTime(): Promise<void> {
    const { at, uncertainty } = this.clock.now();
    this.unsure = uncertainty > MINUTE;
    await keepFact("time", { at, uncertainty, wall: Date.now() } satisfies SavedTime);
  }

  async vote(tap: Parameters<Journal["append"]>[0]): Promise<void> {
    await this.journal?.append(tap, this.clock.now());
    this.waiting = this.journal?.waiting ?? 0;
    this.#scheduleSend(0);
  }

  async played(play: Play, started: Moment): Promise<void> {
    await this.plays.add(play, started);
  }

  ask<Answer>(path: string, body: unknown): Promise<Answer> {
    if (!this.#session) return Promise.reject(new Error("not paired"));
    return this.#session.ask<Answer>("POST", path, body);
  }

  async beat(): Promise<void> {
    const session = this.#session;
    if (!session || this.#beating) return;
    this.#beating = true;
    try {
      await this.#tellAndHear(session);
    } catch (error) {
      if (!isExpected(error)) throw error;
      if (performance.now() - this.#heard > SILENCE || (error instanceof Problem && error.offline)) this.online = false;
    } finally {
      this.#beating = false;
    }
  }

  async #tellAndHear(session: Session): Promise<void> {
    if (performance.now() - this.#sampled > SAMPLE_AGAIN || !this.clock.certain) await this.#sample();
    const { mode } = this;
    const answer = await session.ask<Beat>("POST", "/api/kiosk/heartbeats", this.#pulse(), { timeout: 10_000 });
    this.#hear(answer);
    // What was ordered while the question was on its way is newer than the answer.
    if (this.mode === mode) void this.setMode(answer.mode);
    this.#commands(answer.commands);
    if (answer.serial !== this.manifest?.serial) await this.#fetchManifest(session);
  }

  #pulse(): Record<string, unknown> {
    const { at, uncertainty } = this.clock.now();
    const last = this.journal?.lastAt ?? null;
    return {
      ...this.showing(),
      cached: Math.floor(films.part * 100),
      stored_bytes: films.usage,
      quota_bytes: films.quota,
      persisted: films.persisted === true,
      skew_ms: Math.round(Date.now() - at),
      uncertainty_ms: uncertainty,
      votes_waiting: this.journal?.waiting ?? 0,
      plays_waiting: this.plays.waiting,
      counter: this.journal?.counter ?? 0,
      last_vote_at: last === null ? null : new Date(last).toISOString(),
      version: VERSION,
      manifest: this.manifest?.serial ?? null,
      width: innerWidth,
      height: innerHeight,
    };
  }

  #hear({ received, of }: Pick<Beat, "received" | "of">): void {
    const back = !this.online;
    this.#heard = performance.now();
    this.online = true;
    this.received = { received, of };
    if (back) this.#back();
  }

  #back(): void {
    films.again();
    void this.beat();
    this.#scheduleSend(0);
  }

  async #sample(): Promise<void> {
    const samples: Sample[] = [];
    for (let index = 0; index < SAMPLES; index += 1) {
      const sent = performance.now();
      const { now } = await get<{ now: string }>("/api/kiosk/time", { timeout: 5_000 });
      samples.push({ server: Date.parse(now), sent, received: performance.now() });
    }
    this.clock.learn(samples);
    this.#sampled = performance.now();
    await this.#saveTime();
  }

  async #fetchManifest(session: Session): Promise<void> {
    const identity = this.identity;
    if (!identity) return;
    const signed = (await (await session.fetch("/api/kiosk/manifest")).json()) as Signed;
    const manifest = await readManifest(signed, { ...identity, serial: this.manifest?.serial ?? 0 });
    await keepFact("manifest", { ...signed, serial: manifest.serial } satisfies Kept);
    this.manifest = manifest;
  }

  #ordered({ commands, revoked }: Ordered): void {
    if (revoked) void this.#revoked();
    else this.#commands(commands);
  }

  #commands(commands: readonly Command[]): void {
    for (const command of commands) this.oncommand(command);
  }

  /** What an organiser has ordered last: it holds over a reload, and without a network. */
  async setMode(mode: Mode): Promise<void> {
    if (mode === this.mode) return;
    this.mode = mode;
    await keepFact("mode", mode);
  }

  async commandDone(id: number, outcome: "done" | "failed"): Promise<void> {
    await this.ask(`/api/kiosk/commands/${String(id)}/done`, { outcome });
  }

  async sendPicture(picture: Blob): Promise<void> {
    await this.#session?.fetch("/api/kiosk/screenshot", { method: "PUT", headers: { "Content-Type": picture.type }, body: picture });
  }

  /** The kiosk's own loop: at once when there is something new or the network is back, else every quarter of a minute or so. */
  #scheduleSend(wait: number): void {
    clearTimeout(this.#sendTimer);
    if (this.#closing.signal.aborted) return;
    this.#sendTimer = setTimeout(() => void this.#send(), wait);
  }

  async #send(): Promise<void> {
    if (!this.#session || !this.journal) return;
    this.#newer = this.#sending;
    if (this.#sending) return;
    this.#sending = true;
    let more = false;
    try {
      more = await this.#sendOldest(this.#session, this.journal);
    } catch (error) {
      if (!isExpected(error)) throw error;
    } finally {
      this.#sending = false;
      this.waiting = this.journal.waiting;
      this.#scheduleSend(more || this.#newer ? 100 : SEND * (0.75 + 0.5 * Math.random()));
    }
  }

  /** True where more waits. */
  async #sendOldest(session: Session, journal: Journal): Promise<boolean> {
    const answer = await journal.send(session);
    if (answer) this.#received(answer);
    return (answer !== null && journal.waiting > 0) || this.plays.send(session);
  }

  #received(answer: SyncAnswer): void {
    this.#hear(answer);
    void this.beat();
  }

  /** An organiser has taken this screen out: key and films go, votes that were not sent stay aside. */
  async #revoked(): Promise<void> {
    if (this.phase !== "ready") return;
    this.phase = "starting";
    this.#closing.abort();
    this.#session = null;
    await setAside();
    await films.forgetAll();
    await change(["facts", "plays"], (of) => {
      of("facts").clear();
      of("plays").clear();
    });
    location.reload();
  }
}

/** No network, a festival that is not there, a signature that is wrong: the next try comes by itself. */
function isExpected(error: unknown): boolean {
  return error instanceof Problem || error instanceof NotOurs || error instanceof DOMException;
}

export const device = new Device();
