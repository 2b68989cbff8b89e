import { get } from "../../api/client";
import type { AwardCard, EntryRef, Festival, ScheduledScreening, Series, SeriesCard } from "../../api/types";
import { Loaded } from "./loaded.svelte";

/** The festival and the series opened so far. */
class Catalogue {
  readonly festival = new Loaded<Festival>(() => get<Festival>("/api/festival", { retries: 2 }));
  readonly #awards = new Loaded<AwardCard[]>(() => get<AwardCard[]>("/api/awards", { retries: 2 }));
  readonly screenings = new Loaded<ScheduledScreening[]>(() => get<ScheduledScreening[]>("/api/screenings", { retries: 2 }));
  readonly #series = new Map<string, Loaded<Series>>();

  series(slug: string): Loaded<Series> {
    const known = this.#series.get(slug);
    if (known) return known;
    const fresh = new Loaded<Series>(() => get<Series>(`/api/series/${slug}`, { retries: 2 }));
    this.#series.set(slug, fresh);
    return fresh;
  }

  async load(): Promise<void> {
    await Promise.all([this.festival.load(), this.#awards.load()]);
  }

  get awards(): readonly AwardCard[] {
    return this.#awards.value ?? [];
  }

  award(id: number): AwardCard | null {
    return this.awards.find((award) => award.id === id) ?? null;
  }

  get cards(): readonly SeriesCard[] {
    return this.festival.value?.sections.flatMap((section) => section.series) ?? [];
  }

  card(slug: string): SeriesCard | null {
    return this.cards.find((card) => card.slug === slug) ?? null;
  }

  /** How many entries an award has among what is released. */
  countEntries(award: number): number {
    return this.cards.flatMap(({ entries }) => entries).filter((entry) => entry.award === award).length;
  }

  /** The entries of a series in awards that are open now. */
  openEntries(entries: readonly EntryRef[]): EntryRef[] {
    return entries.filter((entry) => this.award(entry.award)?.state === "open");
  }
}

export const catalogue = new Catalogue();
