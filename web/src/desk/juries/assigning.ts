/** Who gets which titles, as the desk shows and changes it. Pure. */

import type { AssignmentIn, Assigning, Member, SeriesOf } from "../../api/jury";

export interface AssignmentDraft {
  kind: Assigning;
  jurorsEach: number;
  /** sections of each juror */
  sections: Record<number, number[]>;
  /** titles of each juror */
  titles: Record<number, number[]>;
}

export function draftFrom(kind: Assigning, jurors: readonly SeriesOf[], members: readonly Pick<Member, "id">[]): AssignmentDraft {
  const titles = Object.fromEntries(members.map(({ id }) => [id, [...(jurors.find(({ juror }) => juror === id)?.series ?? [])]]));
  return { kind, jurorsEach: Math.min(3, members.length), sections: Object.fromEntries(members.map(({ id }) => [id, []])), titles };
}

/** What is sent. */
export function toAssignment({ kind, jurorsEach, sections, titles }: AssignmentDraft, members: readonly Pick<Member, "id">[]): AssignmentIn {
  if (kind === "balanced") return { kind, jurors_each: jurorsEach };
  if (kind === "section") return { kind, sections: members.map(({ id }) => ({ juror: id, sections: [...(sections[id] ?? [])] })) };
  if (kind === "each") return { kind, series: members.map(({ id }) => ({ juror: id, series: [...(titles[id] ?? [])] })) };
  return { kind };
}

export interface Spread {
  /** titles of the juror with the fewest and with the most */
  fewest: number;
  most: number;
  /** titles that nobody got */
  orphans: number[];
}

/** How even it is: what an organiser looks for before the round is opened. */
export function spreadOf(jurors: readonly SeriesOf[], series: readonly number[]): Spread {
  const counts = jurors.map((each) => each.series.length);
  const given = new Set(jurors.flatMap((each) => each.series));
  return { fewest: counts.length > 0 ? Math.min(...counts) : 0, most: counts.length > 0 ? Math.max(...counts) : 0, orphans: series.filter((id) => !given.has(id)) };
}

export function toggled(list: readonly number[], id: number): number[] {
  return list.includes(id) ? list.filter((each) => each !== id) : [...list, id];
}
