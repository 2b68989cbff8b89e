import type { FeedItem } from "../../api/types";
import { askedOf, type Asked } from "../ballots/asked";

/** What a reader may be asked about the episode in place: the first open award without a counted vote, else the first open one. */
export function questionOf({ series, entries, episode }: FeedItem): Asked | null {
  const open = askedOf({ ...series, entries }).filter((asked) => asked.episode === null || asked.episode === episode.number);
  return open.find(({ vote }) => vote?.state !== "counted") ?? open[0] ?? null;
}
