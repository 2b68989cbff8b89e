/** What an organiser types about a jury, and the same as the API takes it. Pure. */

import type { BlindPhase, Criterion, JuryIn, JuryPage, Visibility } from "../../api/jury";
import type { Words } from "../../api/types";
import { toLocal, toMoment } from "../../shared/crew/moments";
import { slugFrom } from "../parts/slug";

export interface CriterionDraft {
  /** empty until it has been saved */
  key: string;
  name: string;
  names: Words;
  /** in per cent */
  weight: number | null;
  required: boolean;
  /** by grade, in the language that is typed */
  anchors: Record<string, string>;
  allAnchors: Record<string, Words>;
}

export interface MemberDraft {
  email: string;
  affiliation: string;
  chair: boolean;
}

export interface JuryDraft {
  lang: string;
  name: string;
  names: Words;
  award: string;
  awards: Words;
  section: string;
  meets: string;
  visibility: Visibility;
  blind: BlindPhase[];
  mustSee: number | null;
  least: number | null;
  most: number | null;
  criteria: CriterionDraft[];
  members: MemberDraft[];
}

export type JuryWrong = Partial<Record<"name" | "award" | "scale" | "criteria" | "weights" | "members" | "chair", true>>;

/** Weights are told in thousandths: 400 is 40.0 %. */
const TENTHS = 10;
const WHOLE = 100 * TENTHS;
const MOST_GRADE = 100;
const MOST_CRITERIA = 12;

export const newCriterion = (weight: number | null = null): CriterionDraft => ({ key: "", name: "", names: {}, weight, required: true, anchors: {}, allAnchors: {} });
export const newMember = (chair = false): MemberDraft => ({ email: "", affiliation: "", chair });

export function draftOf(page: JuryPage | null, lang: string, zone: string): JuryDraft {
  if (!page) {
    return {
      lang, name: "", names: {}, award: "", awards: {}, section: "", meets: "", visibility: "deliberation", blind: [], mustSee: null, least: 1, most: 6,
      criteria: [newCriterion(50), newCriterion(50)], members: [newMember(true), newMember(), newMember()],
    };
  }
  const { name, award, section, meets_at, visibility, blind, must_see, rubric, members } = page;
  return {
    lang, name: name[lang] ?? "", names: name, award: award[lang] ?? "", awards: award, section: section === null ? "" : String(section),
    meets: meets_at ? toLocal(new Date(meets_at), zone) : "", visibility, blind: [...blind], mustSee: must_see, least: rubric.least, most: rubric.most,
    criteria: rubric.criteria.map((each) => criterionDraft(each, lang)),
    members: members.map(({ email, affiliation, chair }) => ({ email, affiliation, chair })),
  };
}

function criterionDraft({ key, name, weight, required, anchors = {} }: Criterion, lang: string): CriterionDraft {
  const own = Object.entries(anchors).map(([grade, said]) => [grade, said[lang] ?? ""] as const);
  return { key, name: name[lang] ?? "", names: name, weight: weight / TENTHS, required, anchors: Object.fromEntries(own), allAnchors: anchors };
}

const tenths = ({ weight }: CriterionDraft): number => Math.round((weight ?? 0) * TENTHS);

/** What is missing to a hundred per cent, in per cent; below nothing where it is too much. */
export function missingWeight(criteria: readonly CriterionDraft[]): number {
  return (WHOLE - criteria.reduce((sum, each) => sum + tenths(each), 0)) / TENTHS;
}

/** As even as tenths of a per cent allow; the first ones get what is left over. */
export function spreadWeights(count: number): number[] {
  const each = Math.floor(WHOLE / count);
  return Array.from({ length: count }, (_, index) => (each + (index < WHOLE - each * count ? 1 : 0)) / TENTHS);
}

/** The grades a text may stand for; none where there are too many of them. */
export function gradesOf({ least, most }: Pick<JuryDraft, "least" | "most">): number[] {
  if (least === null || most === null || most <= least || most - least > 10) return [];
  return Array.from({ length: most - least + 1 }, (_, index) => most - index);
}

const isSaid = (own: string, all: Words, lang: string): boolean => own.trim() !== "" || Object.entries(all).some(([code, said]) => code !== lang && said.trim() !== "");
const isGrade = (value: number | null): value is number => value !== null && Number.isInteger(value) && value >= 0 && value <= MOST_GRADE;

export function check(draft: JuryDraft): JuryWrong {
  return {
    ...(!isSaid(draft.name, draft.names, draft.lang) && { name: true }),
    ...(!isSaid(draft.award, draft.awards, draft.lang) && { award: true }),
    ...checkRubric(draft),
    ...checkMembers(draft.members.filter(({ email }) => email.trim())),
  };
}

function checkRubric({ lang, criteria, least, most }: JuryDraft): JuryWrong {
  const named = criteria.every((each) => isSaid(each.name, each.names, lang));
  return {
    ...(!(isGrade(least) && isGrade(most) && least < most) && { scale: true }),
    ...((criteria.length === 0 || criteria.length > MOST_CRITERIA || !named) && { criteria: true }),
    ...((missingWeight(criteria) !== 0 || criteria.some((each) => tenths(each) < 1)) && { weights: true }),
  };
}

function checkMembers(people: readonly MemberDraft[]): JuryWrong {
  const addresses = people.map(({ email }) => email.trim().toLowerCase());
  const wrong = people.length === 0 || addresses.some((email) => !/^[^@\s]+@[^@\s]+$/.test(email)) || new Set(addresses).size < addresses.length;
  return { ...(wrong && { members: true }), ...(people.filter(({ chair }) => chair).length !== 1 && { chair: true }) };
}

function said(own: string, all: Words, lang: string): Words {
  const others = Object.entries(all).filter(([code]) => code !== lang);
  return Object.fromEntries(own.trim() ? [...others, [lang, own.trim()]] : others);
}

/** What is sent; the draft has been checked. */
export function toJury(draft: JuryDraft, zone: string): JuryIn {
  const { lang } = draft;
  return {
    name: said(draft.name, draft.names, lang),
    award: said(draft.award, draft.awards, lang),
    section: draft.section ? Number(draft.section) : null,
    meets_at: draft.meets ? (toMoment(draft.meets, zone)?.toISOString() ?? null) : null,
    visibility: draft.visibility,
    blind: draft.blind,
    must_see: draft.mustSee,
    rubric: { least: draft.least ?? 1, most: draft.most ?? 6, criteria: toCriteria(draft) },
    members: draft.members.filter(({ email }) => email.trim()).map(({ email, affiliation, chair }) => ({ email: email.trim(), affiliation: affiliation.trim(), chair })),
  };
}

function toCriteria({ criteria, lang, least, most }: JuryDraft): Criterion[] {
  const taken = new Set(criteria.map(({ key }) => key).filter(Boolean));
  const within = (grade: string): boolean => Number(grade) >= (least ?? 0) && Number(grade) <= (most ?? MOST_GRADE);
  return criteria.map((each, index) => {
    const key = each.key || freeKey(slugFrom(each.name, `criterion-${String(index + 1)}`), taken);
    taken.add(key);
    const grades = [...new Set([...Object.keys(each.anchors), ...Object.keys(each.allAnchors)])].filter(within);
    const anchors = grades.map((grade) => [grade, said(each.anchors[grade] ?? "", each.allAnchors[grade] ?? {}, lang)] as const);
    return {
      key, name: said(each.name, each.names, lang), weight: tenths(each), required: each.required,
      anchors: Object.fromEntries(anchors.filter(([, texts]) => Object.keys(texts).length > 0)),
    };
  });
}

function freeKey(wanted: string, taken: ReadonlySet<string>): string {
  const numbered = Array.from({ length: MOST_CRITERIA + 1 }, (_, index) => (index === 0 ? wanted : `${wanted}-${String(index + 1)}`));
  return numbered.find((key) => !taken.has(key)) ?? wanted;
}
