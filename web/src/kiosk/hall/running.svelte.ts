import type { Reel } from "./reel.svelte";

/** The loop that runs now, for those who look after it. */
class Running {
  reel: Reel | null = null;
  /** Somebody ordered a pause. */
  held = $state(false);
}

export const running = new Running();
