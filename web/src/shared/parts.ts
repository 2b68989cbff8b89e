/** Parts that people have in a series: the usual ones travel as codes, all others as they were typed. */

export const PARTS = ["director", "writer", "producer", "cast", "camera", "editor", "music", "sound", "design", "animation"] as const;
export type Part = (typeof PARTS)[number];
export const COMPANY_PARTS = ["production", "coproduction", "distribution", "sales", "service", "funding"] as const;
export type CompanyPart = (typeof COMPANY_PARTS)[number];

export function isKnown<T extends string>(list: readonly T[], part: string): part is T {
  return (list as readonly string[]).includes(part);
}

export interface Group {
  part: string;
  names: string[];
}

/** Names by what they did, in the order in which the parts first come. */
export function byPart(lines: readonly { part: string; name: string }[]): Group[] {
  const groups = new Map<string, string[]>();
  for (const { part, name } of lines) groups.set(part, [...(groups.get(part) ?? []), name]);
  return [...groups].map(([part, names]) => ({ part, names }));
}
