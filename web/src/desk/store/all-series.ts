/** All series of a stage, or of any, page by page: for pages on which one of them is chosen. */

import { get } from "../../api/client";
import type { DeskSeries, DeskSeriesPage } from "../../api/types";

export async function allSeries(stage: DeskSeries["stage"] | "" = ""): Promise<DeskSeries[]> {
  const found: DeskSeries[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const page: DeskSeriesPage = await get<DeskSeriesPage>(`/api/desk/series?${stage && `stage=${stage}&`}limit=100&after=${String(after)}`, { retries: 2 });
    found.push(...page.series);
    after = page.next;
  }
  return found;
}
