/** Sends what is missing of one file, several parts at a time, until the server has all of it. */

import { backoff, pause } from "../../api/client";
import { Problem } from "../../api/problem";
import type { EpisodeState, SignedPart, Upload } from "../../api/types";
import { piecesOf, type Piece } from "./layout";
import type { PutPart } from "./put-part";

export interface Ways {
  announce(upload: string, part: { number: number; size: number; sha256: string }, signal: AbortSignal): Promise<SignedPart>;
  complete(upload: string, signal: AbortSignal): Promise<EpisodeState>;
  put: PutPart;
  sha256(bytes: Blob): Promise<string>;
  /** Waits for a place among the parts that may be on their way at once; call the result to give it back. */
  place(signal: AbortSignal): Promise<() => void>;
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface SendEvents {
  /** Bytes that have arrived or are on their way. */
  onsent(bytes: number): void;
  /** True while nothing gets through and it is tried again by itself. */
  onwaiting(waiting: boolean): void;
}

export const LANES = 3;
const PART_TRIES = 4;
/** An address that is too old, or bytes damaged on the way: the same part is asked for and sent again. */
const CURABLE = new Set(["not-allowed", "part-refused"]);

export async function sendFile(upload: Upload, file: Blob, ways: Ways, events: SendEvents, signal: AbortSignal): Promise<EpisodeState> {
  const pieces = piecesOf(upload.size, upload.part_size);
  const stored = new Map(upload.stored.map((part) => [part.number, part]));
  await checkSameFile(pieces.filter(({ number }) => stored.has(number)), file, upload, ways);
  const arrived = pieces.filter(({ number }) => stored.has(number)).reduce((sum, { start, end }) => sum + end - start, 0);
  const flying = new Map<number, number>();
  let done = arrived;
  const tell = (): void => { events.onsent(done + [...flying.values()].reduce((sum, bytes) => sum + bytes, 0)); };
  tell();

  const missing = pieces.filter(({ number }) => !stored.has(number));
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const lane = async (): Promise<void> => {
    for (let piece = missing.shift(); piece; piece = missing.shift()) {
      const { number, start, end } = piece;
      await sendPiece(piece, upload, file, ways, events, both, (sent) => {
        flying.set(number, sent);
        tell();
      });
      flying.delete(number);
      done += end - start;
      tell();
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } catch (error) {
    stop.abort();
    throw error;
  }
  return persist((again) => ways.complete(upload.id, again), ways, events, signal);
}

async function sendPiece(
  piece: Piece, upload: Upload, file: Blob, ways: Ways, events: SendEvents, signal: AbortSignal, onprogress: (sent: number) => void,
): Promise<void> {
  const free = await ways.place(signal);
  try {
    const bytes = file.slice(piece.start, piece.end);
    const part = { number: piece.number, size: bytes.size, sha256: await ways.sha256(bytes) };
    let tries = 0;
    await persist(async (again) => {
      for (;;) {
        try {
          const address = await ways.announce(upload.id, part, again);
          await ways.put(address, bytes, onprogress, again);
          return;
        } catch (error) {
          onprogress(0);
          tries += 1;
          if (!(error instanceof Problem) || !CURABLE.has(error.code) || tries >= PART_TRIES) throw error;
        }
      }
    }, ways, events, signal);
  } finally {
    free();
  }
}

/** Again and again while the failure is one that passes; the reader sees that it waits and may pause it. */
export async function persist<Answer>(attempt: (signal: AbortSignal) => Promise<Answer>, ways: Ways, events: SendEvents, signal: AbortSignal): Promise<Answer> {
  for (let count = 0; ; count += 1) {
    try {
      const answer = await attempt(signal);
      events.onwaiting(false);
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem) || !error.passing || error.code === "storage-full") throw error;
      events.onwaiting(true);
      await ways.pause((error.retryAfter ?? 0) * 1000 || backoff(count), signal);
    }
  }
}

/** A file of the same name and size may still be another one: the first and the last stored part must be its own. */
async function checkSameFile(there: readonly Piece[], file: Blob, upload: Upload, ways: Ways): Promise<void> {
  if (file.size !== upload.size) throw otherFile();
  for (const piece of new Set([there[0], there.at(-1)])) {
    const told = upload.stored.find(({ number }) => number === piece?.number)?.sha256;
    if (piece && told && (await ways.sha256(file.slice(piece.start, piece.end))) !== told) throw otherFile();
  }
}

function otherFile(): Problem {
  return new Problem({ code: "part-conflict", status: 409, title: "", detail: "", kept: "", next: "" });
}

/** Waits, but not longer than the network is away. */
export async function pauseUntilOnline(milliseconds: number, signal: AbortSignal): Promise<void> {
  const back = new AbortController();
  const online = (): void => { back.abort(); };
  window.addEventListener("online", online, { once: true });
  try {
    await pause(milliseconds, AbortSignal.any([signal, back.signal]));
  } catch {
    signal.throwIfAborted();
  } finally {
    window.removeEventListener("online", online);
  }
}
