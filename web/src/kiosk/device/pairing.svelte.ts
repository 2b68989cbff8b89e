/** A new screen asks to be taken in: it shows a code, and an organiser says yes and gives it a name. */

import { pause, post } from "../../api/client";
import { Problem } from "../../api/problem";
import type { Identity } from "./session";

/** As RFC 8628 names them. */
export interface Offer {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  qr: string;
  expires_in: number;
  interval: number;
}

interface Polled {
  state: "pending" | "approved" | "denied" | "expired";
  kiosk: number | null;
  name: string | null;
  house_key: string | null;
  seal_key: string | null;
}

const RETRY = 4_000;
const AFTER_NO = 8_000;

class Pairing {
  offer = $state.raw<Offer | null>(null);
  denied = $state(false);
  problem = $state.raw<Problem | null>(null);

  /** Asks until somebody has said yes, with a new code whenever one is over. */
  async run(publicKey: string, version: string, signal: AbortSignal): Promise<Identity> {
    for (;;) {
      try {
        const found = await this.#once(publicKey, version, signal);
        if (found) return found;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        this.problem = error;
        await pause((error.retryAfter ?? 0) * 1000 || RETRY, signal);
      }
    }
  }

  async #once(publicKey: string, version: string, signal: AbortSignal): Promise<Identity | null> {
    const offer = await post<Offer>("/api/kiosk/pairings", { public_key: publicKey, version });
    this.offer = offer;
    this.problem = null;
    this.denied = false;
    const until = performance.now() + offer.expires_in * 1000;
    while (performance.now() < until) {
      await pause(offer.interval * 1000 + 200, signal);
      const answer = await this.#poll(offer.device_code);
      if (answer === null || answer.state === "pending") continue;
      if (answer.state !== "approved") return this.#ended(answer.state, signal);
      return identityOf(answer);
    }
    return null;
  }

  /** A question that was not answered is asked again: the answer can be had until the code ends. */
  async #poll(device_code: string): Promise<Polled | null> {
    try {
      const answer = await post<Polled>("/api/kiosk/pairings/poll", { device_code });
      this.problem = null;
      return answer;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code !== "too-many-requests") this.problem = error;
      return null;
    }
  }

  async #ended(state: "denied" | "expired", signal: AbortSignal): Promise<null> {
    this.offer = null;
    this.denied = state === "denied";
    if (this.denied) await pause(AFTER_NO, signal);
    return null;
  }
}

function identityOf({ kiosk, name, house_key, seal_key }: Polled): Identity | null {
  if (kiosk === null || house_key === null || seal_key === null) return null;
  return { kiosk, name: name ?? "", house_key, seal_key };
}

export const pairing = new Pairing();
