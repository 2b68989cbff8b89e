import type { ListedSeries } from "../api/types";
import { words } from "../shared/words.svelte";

/** "Iran · 12 episodes · 19 min"; a blind round does not say where from. */
export function factsOf({ country, episode_count, duration_ms }: ListedSeries): string {
  const length = episode_count > 0 ? [words.say("jury.episodes", { count: episode_count }), words.minutes(duration_ms)] : [];
  return [...(country ? [words.country(country)] : []), ...length].join(" · ");
}
