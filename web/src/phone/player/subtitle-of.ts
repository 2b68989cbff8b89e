/** The subtitles a reader sees: those they chose, else those of the page's language, else English ones. "off" is none. */
export function subtitleOf<Track extends { lang: string }>(there: readonly Track[], wanted: string | null, page: string): Track | null {
  if (wanted === "off") return null;
  return [wanted, page, "en"].map((lang) => there.find((track) => track.lang === lang)).find(Boolean) ?? null;
}
