/** Fetch one segment, in pieces as they arrive, with a limit on silence and a measurement of the link. */

import { either } from "../../api/signals";
import type { Throughput } from "./rungs";

export class SegmentMissing extends Error {}

export interface SegmentRequest {
  url: string;
  signal: AbortSignal;
  throughput: Throughput;
  /** Called with every piece when set; the whole segment is returned either way. */
  onpiece?: ((bytes: Uint8Array<ArrayBuffer>) => Promise<void>) | undefined;
  onanswer?: (() => void) | undefined;
  priority?: "high" | "low" | "auto";
}

const SILENCE = 10_000;

export async function fetchSegment(request: SegmentRequest): Promise<Uint8Array<ArrayBuffer>> {
  const silence = new AbortController();
  let timer = setTimeout(() => { silence.abort(); }, SILENCE);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => { silence.abort(); }, SILENCE);
  };
  const begun = performance.now();
  try {
    const signal = either(request.signal, silence.signal);
    const response = await fetch(request.url, { signal, priority: request.priority ?? "auto" });
    if (response.status === 404 || response.status === 410) throw new SegmentMissing(request.url);
    if (!response.ok || !response.body) throw new Error(`the segment answered ${String(response.status)}`);
    request.onanswer?.();
    const pieces = await drain(response.body, heard, request.onpiece);
    const whole = join(pieces);
    request.throughput.add(whole.byteLength, (performance.now() - begun) / 1000);
    return whole;
  } finally {
    clearTimeout(timer);
  }
}

async function drain(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  heard: () => void,
  onpiece: SegmentRequest["onpiece"],
): Promise<Uint8Array<ArrayBuffer>[]> {
  const reader = body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return pieces;
    heard();
    pieces.push(value);
    await onpiece?.(value);
  }
}

function join(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.byteLength, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.byteLength;
  }
  return whole;
}
