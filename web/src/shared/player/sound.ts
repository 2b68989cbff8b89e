/** Which sound of a film is heard. */

import type { Rendition, VideoRendition } from "../../api/types";
import type { SourceQueue } from "./source-queue";

/** Where picture and sound go, and which renditions they begin with. `begun`: their init segments are there. */
export interface Buffers {
  start: VideoRendition;
  picture: SourceQueue;
  sound: Rendition | undefined;
  heard: SourceQueue | null;
  begun: boolean;
}

export function soundType({ codec }: Rendition): string {
  return `audio/mp4; codecs="${codec}"`;
}

/** In the first of the wanted languages the film speaks; else its own. Nobody is given a dub who has not asked for one. */
export function soundFor<Sound extends Rendition>(audio: readonly Sound[], wanted: readonly string[] = []): Sound | undefined {
  return wanted.map((lang) => audio.find((track) => track.lang?.split("-")[0] === lang)).find(Boolean) ?? audio[0];
}
