/** Parts that people have in a series: the usual ones travel as codes, all others as they were typed. */

export const PARTS = ["director", "writer", "producer", "cast", "camera", "editor", "music", "sound", "design", "animation"] as const;
export type Part = (typeof PARTS)[number];
export const COMPANY_PARTS = ["production", "coproduction", "distribution", "sales", "service", "funding"] as const;
export type CompanyPart = (typeof COMPANY_PARTS)[number];

export function isKnown<T extends string>(list: readonly T[], part: string): part is T {
  return (list as readonly string[]).includes(part);
}
