/** Lists as a whole, page by page: for pages on which one row of them is chosen. */

import { get } from "../../api/client";
import type { AwardOverview, AwardsPage, DeskSeries, DeskSeriesPage } from "../../api/types";

async function allPages<Page extends { next: number | null }, Row>(address: string, rowsOf: (page: Page) => readonly Row[]): Promise<Row[]> {
  const found: Row[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const page: Page = await get<Page>(`${address}limit=100&after=${String(after)}`, { retries: 2 });
    found.push(...rowsOf(page));
    after = page.next;
  }
  return found;
}

/** All series of a stage, or of any. */
export const allSeries = (stage: DeskSeries["stage"] | "" = ""): Promise<DeskSeries[]> =>
  allPages<DeskSeriesPage, DeskSeries>(`/api/desk/series?${stage && `stage=${stage}&`}`, ({ series }) => series);

export const allAwards = (): Promise<AwardOverview[]> => allPages<AwardsPage, AwardOverview>("/api/desk/awards?", ({ awards }) => awards);
