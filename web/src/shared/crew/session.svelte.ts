/** Who is signed in on this page. */

import { get, post, remove } from "../../api/client";
import { Problem } from "../../api/problem";
import type { Account, Me, Proof } from "../../api/types";
import { words } from "../words.svelte";

/** A newer sign-in of the same person ended this one. */
const TOO_MANY = "too-many-devices";

class Session {
  /** undefined until the server has said; null for nobody */
  account = $state.raw<Account | null | undefined>(undefined);
  /** What this account has to do before it may do anything else. */
  needs = $state.raw<Proof | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** The session ended on the server while somebody was at work: the page stays and asks for sign-in over it. */
  expired = $state(false);
  /** Why it ended, where there is more to say than that it did. */
  why = $state.raw<Problem | null>(null);

  async load(): Promise<void> {
    this.problem = null;
    try {
      const me = await get<Me>("/api/access/me", { retries: 2 });
      this.account = me.account;
      this.needs = me.needs ?? null;
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  /** The number of the request, to be given with the code. */
  async askForCode(email: string): Promise<string> {
    return (await post<{ request: string }>("/api/access/codes", { email }, { headers: words.accepting })).request;
  }

  async enterMailCode(request: string, code: string): Promise<void> {
    this.enter(await post<Me>("/api/access/sessions", { request, code }, { headers: words.accepting }));
  }

  async enterIssuedCode(code: string): Promise<void> {
    this.enter(await post<Me>("/api/access/sign-in", { code }, { headers: words.accepting }));
  }

  async signOut(): Promise<void> {
    await remove("/api/access/session");
    this.account = null;
    this.expired = false;
  }

  /** The session ended on the server: the page asks for sign-in again and keeps its place. */
  ended(problem: Problem): void {
    this.why = problem.code === TOO_MANY ? problem : null;
    this.account ??= null;
    this.expired = this.account !== null;
  }

  /** Somebody has signed in. */
  enter({ account, needs }: Me): void {
    this.account = account;
    this.needs = needs ?? null;
    this.expired = false;
    this.why = null;
  }
}

export const session = new Session();

/** The problem behind a caught error; anything else is a fault of the page and goes on up. */
export function problemFrom(error: unknown): Problem {
  if (!(error instanceof Problem)) throw error;
  if (error.code === "sign-in-needed" || error.code === TOO_MANY) session.ended(error);
  return error;
}
