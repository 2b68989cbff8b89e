/** Requests go up. Every failure is a Problem; nothing is retried unless the caller says how often. */

import { hear } from "./clock";
import { NO_ANSWER, NO_NETWORK, Problem, problemOf, unreachable } from "./problem";
import { either } from "./signals";

export interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** How many times a passing failure (no network, 429, 5xx) is tried again. Default 0. */
  retries?: number;
  /** Milliseconds until an unanswered request counts as failed. Default 15 000. */
  timeout?: number;
  /** The answer is a file: it comes as a Blob. */
  file?: true;
}

/** Does what an error asks for first, such as a passkey; whether it was done. */
export type Prover = (error: unknown) => Promise<boolean>;
let prover: Prover | undefined;

/** From now on a request is sent once more where what its refusal asks for was done. */
export function proveWith(given: Prover): void {
  prover = given;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

export async function request<Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
  let proved = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once<Answer>(method, path, options);
    } catch (error) {
      proved = !proved && ((await prover?.(error)) ?? false);
      if (proved) continue;
      await passed(error, attempt, options);
    }
  }
}

/** Waits where the same request may be sent again; fails with its error otherwise. */
async function passed(error: unknown, attempt: number, options: RequestOptions): Promise<void> {
  if (!(error instanceof Problem && error.passing && attempt < (options.retries ?? 0))) throw error;
  await pause((error.retryAfter ?? 0) * 1000 || backoff(attempt), options.signal);
}

export const get = <Answer>(path: string, options?: RequestOptions): Promise<Answer> => request<Answer>("GET", path, options);
export const post = <Answer>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer> =>
  request<Answer>("POST", path, { ...options, body });
export const put = <Answer>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer> =>
  request<Answer>("PUT", path, { ...options, body });
export const remove = <Answer = undefined>(path: string, options?: RequestOptions): Promise<Answer> =>
  request<Answer>("DELETE", path, options);

/** Full jitter: a crowd that lost its network together does not come back together. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.round((0.25 + 0.75 * random()) * Math.min(30_000, 500 * 2 ** attempt));
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason ?? new DOMException("Aborted", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

async function once<Answer>(method: Method, path: string, options: RequestOptions): Promise<Answer> {
  const deadline = AbortSignal.timeout(options.timeout ?? 15_000);
  const signal = either(deadline, options.signal);
  const response = await fetch(path, describe(method, options, signal)).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw unreachable(deadline.aborted ? NO_ANSWER : NO_NETWORK);
  });
  hear(response.headers.get("Date"));
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as Answer;
  return (await (options.file ? response.blob() : response.json())) as Answer;
}

function describe(method: Method, options: RequestOptions, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  const init: RequestInit = { method, headers, signal, credentials: "same-origin" };
  if (options.body === undefined) return init;
  headers["Content-Type"] = "application/json";
  return { ...init, body: JSON.stringify(options.body) };
}
