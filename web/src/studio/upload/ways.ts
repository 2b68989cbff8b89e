/** How parts reach the server: our three calls. */

import { get, post } from "../../api/client";
import { Problem } from "../../api/problem";
import type { EpisodeState, SignedPart, Upload } from "../../api/types";
import { shownName } from "../drop/judge";
import { putPart } from "./put-part";
import { pauseUntilOnline, type Ways } from "./send-file";
import { sha256 } from "./sha256";

export function waysOver(place: Ways["place"]): Ways {
  return {
    async announce(upload, part, signal) {
      const answer = await post<{ parts: SignedPart[] }>(`/api/studio/uploads/${upload}/parts`, { parts: [part] }, { signal });
      const address = answer.parts[0];
      if (!address) throw new Error("the server gave no address for a part");
      return address;
    },
    complete: (upload, signal) => post<EpisodeState>(`/api/studio/uploads/${upload}/complete`, undefined, { signal, timeout: 120_000 }),
    put: putPart,
    sha256,
    place,
    pause: pauseUntilOnline,
  };
}

/** The upload that is open, or a new one. An upload that was given up meanwhile is begun anew. */
export async function openUpload(episode: number, known: string | null, file: File, signal: AbortSignal): Promise<Upload> {
  if (known) {
    try {
      return await show(known, signal);
    } catch (error) {
      if (!(error instanceof Problem) || !["upload-gone", "not-found"].includes(error.code)) throw error;
    }
  }
  try {
    return await post<Upload>(`/api/studio/episodes/${String(episode)}/uploads`, { file_name: shownName(file.name), size: file.size }, { signal });
  } catch (error) {
    return show(underWay(error), signal);
  }
}

/** The upload in whose way another one was; any other error is thrown on. */
export function underWay(error: unknown): string {
  const values = error instanceof Problem ? (error.body["values"] as { upload?: string } | null | undefined) : undefined;
  if (!values?.upload) throw error;
  return values.upload;
}

const show = (upload: string, signal: AbortSignal): Promise<Upload> => get<Upload>(`/api/studio/uploads/${upload}`, { signal });
