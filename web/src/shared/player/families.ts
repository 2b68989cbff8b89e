/** What a rendition is by its codec. */

import type { VideoRendition } from "../../api/types";

export type Family = "h264" | "av1";

export function familyOf(rung: VideoRendition): Family {
  return rung.codec.startsWith("av01") ? "av1" : "h264";
}

export function ofFamily(video: readonly VideoRendition[], family: Family): VideoRendition[] {
  return video.filter((rung) => familyOf(rung) === family);
}

export function typeOf(rung: { codec: string }): string {
  return `video/mp4; codecs="${rung.codec}"`;
}
