/** One part to its address. XMLHttpRequest, because fetch does not say how much has left. */

import { NO_ANSWER, NO_NETWORK, Problem, unreachable, type ProblemBody } from "../../api/problem";
import type { SignedPart } from "../../api/types";

export type PutPart = (address: SignedPart, bytes: Blob, onprogress: (sent: number) => void, signal: AbortSignal) => Promise<void>;

const SILENCE = 45_000;

export const putPart: PutPart = (address, bytes, onprogress, signal) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const finish = (error?: unknown): void => {
      clearTimeout(silence);
      signal.removeEventListener("abort", stop);
      if (error === undefined) resolve();
      else reject(error as Error);
    };
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        finish(unreachable(NO_ANSWER));
        request.abort();
      }, SILENCE);
    };
    const stop = (): void => {
      finish(signal.reason ?? new DOMException("Aborted", "AbortError"));
      request.abort();
    };
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener("abort", stop, { once: true });
    request.upload.onprogress = (event) => {
      heard();
      onprogress(event.loaded);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) finish();
      else finish(refusal(request));
    };
    request.onerror = () => { finish(unreachable(NO_NETWORK)); };
    request.open("PUT", address.url);
    for (const [name, value] of Object.entries(address.headers)) request.setRequestHeader(name, value);
    heard();
    request.send(bytes);
  });

/** Our own store answers with a problem; a bucket answers in XML, of which the status says enough. */
function refusal(request: XMLHttpRequest): Problem {
  const empty = { title: "", detail: "", kept: "", next: "", status: request.status };
  try {
    return new Problem({ ...empty, ...(JSON.parse(request.responseText) as ProblemBody) });
  } catch {
    const code = request.status === 403 ? "not-allowed" : request.status === 404 ? "upload-gone" : request.status >= 500 ? "unavailable" : "part-refused";
    return new Problem({ ...empty, code });
  }
}
