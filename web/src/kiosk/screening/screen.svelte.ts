import { get } from "../../api/client";
import { Problem } from "../../api/problem";
import type { HallCode } from "../../api/types";
import { LATE_MS, waitOf } from "./shown";

const RETRY_MS = 2_000;

/** The code of one screening, asked for anew whenever it changes. What is old is not shown. */
class HallScreen {
  shown = $state.raw<HallCode | null>(null);
  /** The last question was not answered. */
  waiting = $state(false);
  /** The address is of no screening. */
  unknown = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;

  open(screen: string): () => void {
    void this.#ask(`/api/screenings/${encodeURIComponent(screen)}/code`);
    return () => {
      clearTimeout(this.#timer);
      clearTimeout(this.#expiry);
    };
  }

  async #ask(address: string): Promise<void> {
    let wait = RETRY_MS;
    try {
      const answer = await get<HallCode>(address, { timeout: 5_000 });
      await painted(answer.qr);
      wait = waitOf(answer);
      this.unknown = false;
      this.waiting = false;
      this.shown = answer;
      clearTimeout(this.#expiry);
      this.#expiry = setTimeout(() => { this.shown = null; }, wait + LATE_MS);
    } catch (error) {
      this.waiting = true;
      this.unknown = error instanceof Problem && error.status === 404;
      if (this.unknown) this.shown = null;
    }
    this.#timer = setTimeout(() => void this.#ask(address), wait);
  }
}

/** The picture is there before it takes the place of the last one: nothing flashes. */
async function painted(address: string | null): Promise<void> {
  if (address === null) return;
  const picture = new Image();
  picture.src = address;
  await picture.decode();
}

export const hallScreen = new HallScreen();
