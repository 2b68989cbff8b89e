import type { EntryCard, PosterUrls, SeriesCard, WatchRule } from "../../api/types";
import type { CatalogueText } from "../../shared/words.svelte";
import { gapOf } from "./gap";
import { type SeriesProgress } from "../store/progress";

/** One entry as a ballot shows it. */
export interface Option {
  id: number;
  title: CatalogueText;
  /** the number of the episode, where episodes compete */
  episode: number | null;
  poster: PosterUrls | null;
  thumbhash: string | null;
  /** episodes this phone has not seen yet, of those the award asks for */
  missing: number;
}

export function optionsOf(
  entries: readonly EntryCard[],
  cards: readonly SeriesCard[],
  watch: WatchRule | null,
  progressOf: (slug: string) => SeriesProgress | undefined,
): Option[] {
  const known = new Map(cards.map((card) => [card.id, card]));
  return entries.map((entry): Option => {
    const card = known.get(entry.series);
    const gap = card && watch ? gapOf(watch, progressOf(card.slug), card, entry.episode) : null;
    const title = entry.episode_title ?? entry.title;
    return { id: entry.id, title, episode: entry.episode, poster: card?.poster ?? null, thumbhash: card?.thumbhash ?? null, missing: gap?.missing ?? 0 };
  });
}
