import type { EntryCard } from "../../api/types";
import { words } from "../../shared/words.svelte";

/** What each entry is called on this page. */
export const titlesOf = (entries: readonly EntryCard[]): ReadonlyMap<number, string> =>
  new Map(
    entries.map((entry) => [
      entry.id,
      entry.episode === null ? words.pick(entry.title) : words.say("desk.episode_of", { title: words.pick(entry.title), number: entry.episode }),
    ]),
  );
