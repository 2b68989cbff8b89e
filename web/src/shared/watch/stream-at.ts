/** A stream from its package's own descriptor: for those who may watch before the release, and so are in no feed. */

import { get } from "../../api/client";
import type { Rendition, Stream, VideoRendition } from "../../api/types";

interface Descriptor {
  duration: number;
  fps: number;
  width: number;
  height: number;
  thumbhash: string;
  video: VideoRendition[];
  audio: Rendition[];
  subtitles: { lang: string; path: string }[];
}

/** `base` is "/media/<package>/". */
export async function streamAt(base: string): Promise<Stream> {
  const { duration, fps, width, height, thumbhash, video, audio, subtitles } = await get<Descriptor>(`${base}package.json`, { retries: 2 });
  return {
    base,
    master: `${base}master.m3u8`,
    duration,
    fps,
    width,
    height,
    thumbhash,
    video,
    audio,
    subtitles: subtitles.map(({ lang, path }) => ({ lang, url: base + path })),
    poster: { avif: `${base}poster.avif`, webp: `${base}poster.webp`, jpg: `${base}poster.jpg` },
  };
}
