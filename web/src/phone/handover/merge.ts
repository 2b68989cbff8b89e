import { newest, type Progress, type SeriesProgress } from "../store/progress";

/** Two devices of one reader: what either has seen is seen, and the place is that of the later one. */
export function merge(own: Progress, other: Progress): Progress {
  const all = { ...own };
  for (const [slug, series] of Object.entries(other)) {
    const here = own[slug];
    all[slug] = here ? together(here, series) : series;
  }
  return newest(all);
}

function together(one: SeriesProgress, other: SeriesProgress): SeriesProgress {
  const [later, earlier] = other.at > one.at ? [other, one] : [one, other];
  const episodes = { ...earlier.episodes };
  for (const [number, { seconds, duration, done }] of Object.entries(later.episodes)) {
    episodes[Number(number)] = { seconds, duration, done: done || earlier.episodes[Number(number)]?.done === true };
  }
  return { ...later, episodes };
}
