/** Which sound of a film is heard. */

import type { Rendition } from "../../api/types";

const primary = (tag: string): string => tag.toLowerCase().split("-")[0] ?? "";

/** The one in the reader's language where the film says what it has; else its first. */
export function soundFor(audio: readonly Rendition[], lang?: string): Rendition | undefined {
  const wanted = lang && audio.find((track) => track.lang && primary(track.lang) === primary(lang));
  return wanted || audio[0];
}
