/** The published rules, as far as the desk shows them: GET /api/awards/{award}/rules leaves out what is empty. */

import type { AwardCard, NewAward, WatchRule } from "../../api/types";

export interface PublishedRules {
  tiers: AwardCard["tiers"];
  weights?: Record<string, number>;
  minimum?: NewAward["minimum"];
  watch?: WatchRule | null;
}
