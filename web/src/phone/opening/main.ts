/**
 * The first script of a film's page. It stands in the page itself, and plays the segment that came with the page while
 * the rest of the page is not asked for yet; then it hands the film over.
 */

import { bytesOf } from "../../shared/player/base64";
import { delivery, openSource, type OpenedSource } from "../../shared/player/media-source";
import { soundFor } from "../../shared/player/sound";
import { SourceQueue } from "../../shared/player/source-queue";
import { segmentAt, segmentUrl, spansOf } from "../../shared/player/timeline";
import { SETTINGS_KEY } from "../store/kept";
import { PROGRESS_KEY, startSeconds, type Progress } from "../store/progress";
import { startOf } from "../start-at";
import type { Rendition, VideoRendition } from "../../api/types";

interface Opening {
  slug: string;
  number: number;
  base: string;
  duration: number;
  video: VideoRendition;
  audio: Rendition[];
  /** Which segments of picture and first sound the page brings with it; -1 for none. */
  brought: number;
  brought_sound: number;
}

/** Seconds that are fetched before the player takes over; by then it has. */
const LEAD = 3;
const PATIENCE_MS = 4000;

const opening = JSON.parse(document.getElementById("opening")?.textContent ?? "null") as Opening;
const video = document.querySelector("video") as HTMLVideoElement;

/** Once the picture is there, all that is not needed for it. */
let picturedAt: number | null = null;
let restAsked = false;
function askForTheRest(): void {
  const rest = document.getElementById("rest");
  if (restAsked || !(rest instanceof HTMLTemplateElement)) return;
  restAsked = true;
  document.head.append(document.importNode(rest.content, true));
}

/** The bytes that stand in the page as base64, block after block as the parser has passed them. */
class Brought {
  readonly #blocks: HTMLScriptElement[] = [];
  #taken = 0;
  #wake: () => void = () => undefined;

  passed(block: HTMLScriptElement): void {
    if (!this.#blocks.includes(block)) this.#blocks.push(block);
    this.#wake();
  }

  async to(queue: SourceQueue): Promise<void> {
    for (;;) {
      const block = this.#blocks[this.#taken];
      if (!block) {
        await new Promise<void>((resolve) => { this.#wake = resolve; });
        continue;
      }
      this.#taken += 1;
      await queue.append(bytesOf(block.textContent ?? ""));
      if ("last" in block.dataset) return;
    }
  }
}

const brought = { video: new Brought(), audio: new Brought() };
Object.assign(window, {
  /** The page calls this behind each block: before, a block may be half there. */
  block: () => {
    for (const block of document.querySelectorAll<HTMLScriptElement>("script[data-of]")) {
      brought[block.dataset["of"] as "video" | "audio"].passed(block);
    }
  },
});

function readerSeconds(): number {
  const asked = startOf(location.search);
  if (asked !== null) return Math.min(asked, opening.duration - 1);
  try {
    const progress = JSON.parse(localStorage.getItem(PROGRESS_KEY) ?? "{}") as Progress;
    return startSeconds(progress[opening.slug], opening.number);
  } catch {
    return 0;
  }
}

/** The same sound as the settings will take; otherwise the player begins anew. */
function readerSounds(): string[] {
  try {
    return (JSON.parse(localStorage.getItem(SETTINGS_KEY) ?? "{}") as { sounds?: string[] }).sounds ?? [];
  } catch {
    return []; // forbidden: nothing was chosen then
  }
}

interface Line {
  rendition: Rendition;
  queue: SourceQueue;
  brought: Brought;
  /** Number of the segment that the page brings. */
  comes: number;
  next: number;
}

class Opened {
  readonly #opened: OpenedSource;
  #stopped = false;
  #fetching: Promise<unknown> = Promise.resolve();

  constructor(opened: OpenedSource) {
    this.#opened = opened;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#fetching.catch(() => undefined);
  }

  async begin(): Promise<void> {
    const at = readerSeconds();
    const sound = soundFor(opening.audio, readerSounds());
    await this.#opened.opened;
    const { source } = this.#opened;
    source.duration = opening.duration;
    if (at > 0) video.currentTime = at;
    const lines = [this.#line(source, "video", opening.video, at)];
    if (sound) lines.push(this.#line(source, "audio", sound, at));
    const [picture, heard] = lines as [Line, Line | undefined];
    window.tallscreenOpening = {
      slug: opening.slug,
      number: opening.number,
      video,
      started: {
        opened: this.#opened,
        picture: { queue: picture.queue, rung: picture.rendition.name },
        sound: heard && sound ? { queue: heard.queue, track: sound.name } : null,
        picturedAt: () => picturedAt,
        stop: () => this.stop(),
      },
    };
    for (const line of lines) void line.queue.append(bytesOf(line.rendition.init));
    this.#fetching = Promise.all(lines.map((line) => this.#fill(line, at + LEAD)));
    await this.#fetching;
  }

  #line(source: MediaSource, kind: "video" | "audio", rendition: Rendition, at: number): Line {
    const queue = new SourceQueue(source.addSourceBuffer(`${kind}/mp4; codecs="${rendition.codec}"`));
    const comes = rendition === opening.video ? opening.brought : rendition === opening.audio[0] ? opening.brought_sound : -1;
    return { rendition, queue, brought: brought[kind], comes, next: segmentAt(spansOf(rendition.segments), at) };
  }

  /** What the page brings, then segment after segment. */
  async #fill(line: Line, until: number): Promise<void> {
    for (const span of spansOf(line.rendition.segments).slice(line.next)) {
      if (this.#stopped || span.start >= until) return;
      if (line.next === line.comes) await line.brought.to(line.queue);
      else await this.#fetch(line);
      line.next += 1;
    }
  }

  /** Appended as it arrives: the film goes on while the rest of the page shares the link. */
  async #fetch(line: Line): Promise<void> {
    const answer = await fetch(segmentUrl(opening.base, line.rendition.name, line.next), { priority: "high" });
    const reader = answer.ok ? answer.body?.getReader() : undefined;
    if (!reader) throw new Error(String(answer.status));
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      await line.queue.append(value);
    }
  }
}

function begin(): void {
  const how = delivery(video);
  if (how === "native" || typeof (window.ManagedMediaSource ?? window.MediaSource) !== "function") {
    askForTheRest();
    return;
  }
  const opened = new Opened(openSource(video, how));
  video.muted = true;
  void video.play().catch(() => undefined);
  opened.begin().catch(askForTheRest);
  if ("requestVideoFrameCallback" in video) {
    video.requestVideoFrameCallback((_now, { presentationTime }) => {
      picturedAt = presentationTime;
      askForTheRest();
    });
  }
  video.addEventListener("loadeddata", askForTheRest);
  setTimeout(askForTheRest, PATIENCE_MS);
}

begin();
