import { RECORDS, type FeedLike, type KeptEpisode } from "./rules";

/** The records of the episodes that are whole, as the page has written them. */
export async function recordsOf<Item extends FeedLike>(cache: Cache): Promise<KeptEpisode<Item>[]> {
  const keys = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith(RECORDS));
  const answers = await Promise.all(keys.map((key) => cache.match(key)));
  return Promise.all(answers.filter((answer) => answer !== undefined).map((answer) => answer.json() as Promise<KeptEpisode<Item>>));
}
