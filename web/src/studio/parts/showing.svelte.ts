/** What there is to watch of an episode: its preview while that grows, the finished film from the moment it is there. */

import { get, pause } from "../../api/client";
import { Problem } from "../../api/problem";
import type { PreviewStream, Stream } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { streamOf } from "../../shared/watch/stream-at";

const AGAIN = 1000;
const NO_POSTER = { avif: "", webp: "", jpg: "" };

/** A preview as a stream like any other: one picture size that brings its sound along. */
export function toStream(address: string, { base, duration, fps, width, height, video }: PreviewStream): Stream {
  const master = `${address}/playlist.m3u8`;
  return { base, master, duration, fps, width, height, thumbhash: "", video, audio: [], subtitles: [], poster: NO_POSTER, posters: [], sprite: null, encrypted: false };
}

export function secondsOf(stream: Stream): number {
  return (stream.video[0]?.segments ?? []).reduce((sum, length) => sum + length, 0);
}

export class Showing {
  stream = $state.raw<Stream | null>(null);
  /** All of `stream` is there. */
  complete = $state(false);
  preview = $state(false);
  /** The preview that was asked for has been taken away before anything could be shown. */
  gone = $state(false);
  problem = $state.raw<Problem | null>(null);

  /** Ask for more of the preview until all of it is there, or the returned function is called. */
  followPreview(address: string): () => void {
    const stop = new AbortController();
    void this.#follow(address, stop.signal);
    return () => { stop.abort(); };
  }

  /** The finished film takes the place of its own preview; a preview of something newer stays. */
  async showFilm(packageId: string): Promise<void> {
    if (this.stream && !this.stream.base.includes(packageId)) return;
    try {
      const stream = await streamOf(packageId);
      Object.assign(this, { stream, complete: true, preview: false, gone: false, problem: null });
    } catch (error) {
      if (!this.stream) this.problem = problemFrom(error);
    }
  }

  async #follow(address: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        const found = await get<PreviewStream>(address, { signal });
        Object.assign(this, { stream: toStream(address, found), complete: found.complete, preview: true, gone: false, problem: null });
      } catch (error) {
        if (signal.aborted) return;
        const problem = problemFrom(error);
        if (!this.stream) this.#fail(problem);
        if (!problem.passing) return;
      }
      if (this.complete) return;
      await pause(AGAIN, signal).catch(() => undefined);
      if (signal.aborted) return;
    }
  }

  #fail(problem: Problem): void {
    if (problem.code === "not-found") this.gone = true;
    else this.problem = problem;
  }
}
