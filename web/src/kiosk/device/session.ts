/** Requests of a paired screen: under a pass that its key gets for a quarter of an hour. */

import { post, request, type RequestOptions } from "../../api/client";
import { NO_NETWORK, Problem, problemOf, unreachable } from "../../api/problem";
import { sign } from "./key";

export interface Identity {
  kiosk: number;
  name: string;
  house_key: string;
  seal_key: string;
}

interface Pass extends Identity {
  token: string;
  expires_at: string;
  now: string;
}

type Method = "GET" | "POST" | "PUT";

export const UNKNOWN = "kiosk-unknown";
const RENEW = 600_000;
/** A festival that lost its memory for a moment says it of everybody: only several refusals in a row are a word. */
const SURE = 3;

export class Session {
  /** The festival says that it does not know this screen: revoked. */
  onrevoked: () => void = () => undefined;
  readonly #key: CryptoKeyPair;
  readonly #kiosk: number;
  #pass: Pass | null = null;
  #got = 0;
  #getting: Promise<Pass> | null = null;
  #refused = 0;

  constructor(key: CryptoKeyPair, kiosk: number) {
    this.#key = key;
    this.#kiosk = kiosk;
  }

  /** Also sets the cookie that the stream of commands needs. */
  async open(): Promise<Pass> {
    if (this.#pass && performance.now() - this.#got < RENEW) return this.#pass;
    this.#getting ??= this.#get().finally(() => { this.#getting = null; });
    return this.#getting;
  }

  async ask<Answer>(method: Method, path: string, body?: unknown, options: RequestOptions = {}): Promise<Answer> {
    return this.#withPass((headers) => request<Answer>(method, path, { ...options, body, headers: { ...options.headers, ...headers } }));
  }

  /** For answers that may be "nothing new", and for bodies that are no JSON. */
  async fetch(path: string, init: { method?: Method; headers?: Record<string, string>; body?: Blob } = {}): Promise<Response> {
    return this.#withPass(async (headers) => {
      const asking = fetch(path, { ...init, headers: { ...init.headers, ...headers }, signal: AbortSignal.timeout(30_000) });
      const answer = await asking.catch(() => { throw unreachable(NO_NETWORK); });
      if (!answer.ok && answer.status !== 304) throw await problemOf(answer);
      return answer;
    });
  }

  /** A pass may have ended without a word: one new one is tried before the screen counts as unknown. */
  async #withPass<Answer>(work: (headers: Record<string, string>) => Promise<Answer>): Promise<Answer> {
    const { token } = await this.open();
    try {
      return await work({ Authorization: `Bearer ${token}` });
    } catch (error) {
      if (!isUnknown(error)) throw error;
      if (this.#pass?.token === token) this.#pass = null;
      const renewed = await this.open();
      return work({ Authorization: `Bearer ${renewed.token}` });
    }
  }

  async #get(): Promise<Pass> {
    try {
      const { challenge } = await post<{ challenge: string }>("/api/kiosk/challenges", { kiosk: this.#kiosk });
      const signature = await sign(this.#key, "session", challenge);
      this.#pass = await post<Pass>("/api/kiosk/sessions", { kiosk: this.#kiosk, challenge, signature });
      this.#got = performance.now();
      this.#refused = 0;
      return this.#pass;
    } catch (error) {
      if (isUnknown(error)) this.#refused += 1;
      if (this.#refused >= SURE) this.onrevoked();
      throw error;
    }
  }
}

export function isUnknown(error: unknown): boolean {
  return error instanceof Problem && error.code === UNKNOWN;
}
