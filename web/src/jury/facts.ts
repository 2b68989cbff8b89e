import type { SeriesCard } from "../api/types";
import { words } from "../shared/words.svelte";

/** "Iran · 12 episodes · 19 min" */
export function factsOf({ country, episode_count, duration_ms }: SeriesCard): string {
  const length = episode_count > 0 ? [words.say("jury.episodes", { count: episode_count }), words.minutes(duration_ms)] : [];
  return [words.country(country), ...length].join(" · ");
}
