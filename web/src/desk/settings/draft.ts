/** What an organiser types about the festival, and the same as the API takes it. Pure. */

import type { FestivalChange, FestivalSettings, Words } from "../../api/types";

export type FestivalWrong = Partial<Record<"name" | "dates", true>>;

/** Languages that were added and left empty are none. */
export function written(words: Words): Words {
  return Object.fromEntries(Object.entries(words).flatMap(([code, text]) => (text.trim() ? [[code, text.trim()]] : [])));
}

export function draftOf({ festival }: FestivalSettings): FestivalChange {
  const { name, starts_on, ends_on, time_zone, place, offered, result_languages, contact, privacy } = festival;
  return { name: { ...name }, starts_on, ends_on, time_zone, place: { ...place }, offered: [...offered], result_languages: [...result_languages], contact: { ...contact }, privacy: { ...privacy } };
}

export function wrongIn(draft: FestivalChange): FestivalWrong {
  return {
    ...(Object.keys(written(draft.name)).length === 0 && { name: true as const }),
    ...((!draft.starts_on || !draft.ends_on || draft.ends_on < draft.starts_on) && { dates: true as const }),
  };
}

export function toSend(draft: FestivalChange): FestivalChange {
  const { name, place, contact, privacy } = draft;
  return { ...draft, name: written(name), place: written(place), contact: written(contact), privacy: written(privacy) };
}
