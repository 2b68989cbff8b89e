import { Reel } from "./reel.svelte";

const reels = new Map<string, Reel>();

export function reelOf(slug: string): Reel {
  const known = reels.get(slug);
  if (known) return known;
  const fresh = new Reel(slug);
  reels.set(slug, fresh);
  return fresh;
}
