/** From one sound of a film to another while it plays. Fetched when somebody first wants that. */

import type { Rendition, Stream } from "../../api/types";
import { bytesOf } from "./base64";
import type { Played } from "./library";
import { segmentAt, segmentUrl, spansOf } from "./timeline";
import { Track, type TrackPlan } from "./track";

/** As far as browsers with HLS of their own tell about sounds; the others do not have it. */
interface AudioTracks {
  readonly length: number;
  readonly [index: number]: { enabled: boolean };
}

/** The last change asked for in each element: the film that plays and the next one change at the same time. */
const latest = new WeakMap<HTMLVideoElement, object>();

/** `tracks` are those of the player: the second one is the sound's, made by `plan`. */
export async function switchSound(
  video: HTMLVideoElement, stream: Stream, sound: Rendition, tracks: Track<Rendition>[], plan: TrackPlan<Rendition> | undefined, library: Promise<Played> | null,
): Promise<void> {
  const index = stream.audio.findIndex(({ name }) => name === sound.name);
  if (library) (await library).hear(index);
  else if (plan) await swap(video, stream, tracks, { ...plan, start: sound, begun: false });
  else hearNative(video, index);
}

/** The old one is heard until the new one is here; then the buffer holds nothing but the new one. */
async function swap(video: HTMLVideoElement, stream: Stream, tracks: Track<Rendition>[], plan: TrackPlan<Rendition>): Promise<void> {
  const mine = {};
  latest.set(video, mine);
  const { queue, start: sound } = plan;
  tracks[1]?.close();
  const first = await bytesAt(segmentUrl(stream.base, sound.name, segmentAt(spansOf(sound.segments), video.currentTime)));
  if (latest.get(video) !== mine) return;
  await queue.reset();
  try {
    await queue.remove(0, Infinity);
    await queue.append(bytesOf(sound.init));
    if (first) await queue.append(first);
  } catch {
    // The source is gone: whatever plays next begins with the new sound.
  }
  const track = (tracks[1] = new Track(plan));
  void track.run(video.currentTime);
}

/** Null where they do not come in ten seconds: the new track asks again, as often as it takes. */
async function bytesAt(url: string): Promise<ArrayBuffer | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    return answer.ok ? await answer.arrayBuffer() : null;
  } catch {
    return null;
  }
}

export function hearNative(video: HTMLVideoElement, index: number): void {
  const tracks = (video as { audioTracks?: AudioTracks }).audioTracks;
  for (let at = 0; at < (tracks?.length ?? 0); at += 1) {
    const track = tracks?.[at];
    if (track) track.enabled = at === index;
  }
}
