/** Which files an episode needs on a phone: the small picture, one sound, its words and its still. Pure. */

import type { FeedItem, Rendition, VideoRendition } from "../../api/types";
import { soundFor } from "../../shared/player/sound";
import { segmentUrl } from "../../shared/player/timeline";

/** Short side of what is kept. */
const SIDE = 360;

/** The largest H.264 picture of at most 360, else the smallest there is. */
export function smallPicture(video: readonly VideoRendition[]): VideoRendition | null {
  const plain = video.filter(({ codec }) => codec.startsWith("avc1")).sort((a, b) => a.bitrate - b.bitrate);
  return plain.filter(({ width, height }) => Math.min(width, height) <= SIDE).at(-1) ?? plain[0] ?? null;
}

/** The item as it plays from the phone, with the sound its reader likes: nothing in it is an address of something that is not kept. */
export function trimmed(item: FeedItem, sounds: readonly string[]): FeedItem {
  const { stream } = item;
  const picture = smallPicture(stream.video);
  const sound = soundFor(stream.audio, sounds);
  return { ...item, stream: { ...stream, video: picture ? [picture] : [], audio: sound ? [sound] : [], posters: [], sprite: null } };
}

export function filesOf({ stream }: FeedItem): string[] {
  const segments = [...stream.video, ...stream.audio].flatMap((rendition: Rendition) => rendition.segments.map((_, index) => segmentUrl(stream.base, rendition.name, index)));
  return [...segments, ...stream.subtitles.map(({ url }) => url), stream.poster.avif, stream.poster.jpg];
}

/** The next episodes not watched and not here yet, from where the reader goes on. */
export function nextNumbers(episodes: readonly { number: number }[], from: number, isHere: (number: number) => boolean, count: number): number[] {
  const later = episodes.map(({ number }) => number).filter((number) => number >= from && !isHere(number));
  return later.slice(0, count);
}
