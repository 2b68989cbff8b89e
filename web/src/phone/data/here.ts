/** What this phone keeps and has fetched today: nothing a first picture waits for. */

import { budget } from "../store/budget.svelte";
import { kept } from "../store/offline.svelte";

export { budget, kept };

export function openHere(): void {
  budget.open();
  void kept.open();
}
