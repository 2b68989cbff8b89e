import type { PosterUrls, Words } from "./types";

export type Phase = "preparing" | "scoring" | "deliberation" | "decided";
export type Visibility = "never" | "after_mine" | "deliberation";
export type BlindPhase = "scoring" | "deliberation";
export interface Criterion { key: string; name: Words; weight: number; required?: boolean; anchors?: Record<string, Words> }
export interface Rubric { least?: number; most?: number; criteria: Criterion[] }
export interface Juror { id: number; name: string; chair: boolean }
export interface CreditLine { role: string; name: string; [extra: string]: unknown }
export interface Maker { country: string; company: string; credits: CreditLine[]; companies: CreditLine[] }
export interface Coverage { seen: number; needed: number; episodes: number; enough: boolean }
export interface JurySheet { grades: Record<string, number>; skipped: string | null; mean: number | null; revision: number; saved_at: string }
export interface SheetIn { id: string; revision: number; grades: Record<string, number>; skipped?: string | null }
export interface SheetSaved { applied: boolean; sheet: JurySheet }
export interface Conflict { kind: "credit" | "company" | "domain"; found: string | null }
export interface Recusal { reason: string; declared_at: string; by_chair: boolean }
export interface OtherScore { juror: Juror; mean: number | null }
export interface JuryTitle {
  series: number; slug: string; title: Words; synopsis: Words; genre: Words; rating: string; duration_ms: number; poster: PosterUrls | null; card: PosterUrls | null;
  thumbhash: string | null; maker: Maker | null; coverage: Coverage; sheet: JurySheet | null; conflicts: Conflict[]; recusal: Recusal | null;
}
export interface JuryLock { locked_at: string; undo_until: string }
export interface Missing { series: number; title: Words; why: "unseen" | "unscored" }
export interface RoundCard { id: number; jury: Words; award: Words; name: Words; round: number; phase: Phase; meets_at: string | null; chair: boolean; titles: number; done: number; locked_at: string | null }
export interface OrderLine { rank: number; series: number; mean: number }
export interface RoundPage extends RoundCard {
  jury_id: number; rubric: Rubric; visibility: Visibility; blind: boolean; must_see: number | null; last: boolean; jurors: Juror[]; items: JuryTitle[]; order: OrderLine[];
  missing: Missing[]; lock: JuryLock | null;
}
export interface EpisodeSeen { id: number; number: number; title: Words; seconds: number; package: string; seen: number; whole: boolean }
export interface JuryTitlePage { item: JuryTitle; episodes: EpisodeSeen[]; others: OtherScore[] | null }
export interface Watched { episode: number; seen: number; seconds: number; whole: boolean }
export interface Note { id: string; series: number; episode: number; number: number; second: number; text: string; revision: number; saved_at: string }
export interface NoteSaved { applied: boolean; note: Note | null }

export type CellState = "unassigned" | "open" | "scored" | "skipped" | "recused";
export type RankMethod = "raw" | "levelled" | "pairwise";
export interface TableCell { juror: number; series: number; state: CellState; mean: number | null; grades: Record<string, number> | null }
export interface TableTitle { series: number; title: Words }
export interface RankLine { rank: number; series: number; value: number; jurors: number }
export interface Ranking { method: RankMethod; lines: RankLine[]; unranked: number[] }
export interface CutRule { kind: "score" | "quota"; least?: number | null; titles?: number | null }
export interface Cut { rule: CutRule; through: number[]; ties: number[]; places: number }
export interface Prize { series: number; kind: "winner" | "mention"; name?: Words; citation?: Words }
export interface Decision { prizes: Prize[]; statement: Words; against: string | null; decided_by: string; decided_at: string }
export interface DecisionIn { prizes: Prize[]; statement?: Words; against?: string | null }
export interface Deliberation {
  round: number; phase: Phase; opened_at: string; early: string | null; visibility: Visibility; jurors: Juror[]; titles: TableTitle[]; cells: TableCell[]; rankings: Ranking[];
  winners: Record<string, number[]>; disputed: boolean; cut: Cut | null; decision: Decision | null;
}
export interface JurorProgress { juror: Juror; titles: number; seen: number; scored: number; skipped: number; recused: number; locked_at: string | null; undo_until: string | null; active_at: string | null }
export interface JuryProgress { round: number; phase: Phase; jurors: JurorProgress[]; all_locked: boolean }

export type Assigning = "all" | "section" | "each" | "balanced";
export interface Member { id: number; name: string; email: string; chair: boolean; affiliation: string }
export interface MemberIn { email: string; chair?: boolean; affiliation?: string }
export interface JuryIn { name: Words; award: Words; section?: number | null; meets_at?: string | null; visibility?: Visibility; blind?: BlindPhase[]; must_see?: number | null; rubric: Rubric; members: MemberIn[] }
export interface RoundRow { id: number; name: Words; round: number; phase: Phase; assigning: Assigning; titles: number; jurors: number; locked: number; cut: CutRule | null }
export interface JuryCard { id: number; name: Words; award: Words; section: number | null; meets_at: string | null; rounds: RoundRow[] }
export interface JuryPage extends JuryCard { visibility: Visibility; blind: BlindPhase[]; must_see: number | null; rubric: Rubric; frozen: boolean; members: Member[] }
export interface RoundIn { name: Words; series: number[]; cut?: CutRule | null }
export interface RoundDetail extends RoundRow { jury: number; series: number[] }
export interface SeriesOf { juror: number; series: number[] }
export interface SectionsOf { juror: number; sections: number[] }
export interface AssignmentIn { kind: Assigning; sections?: SectionsOf[]; series?: SeriesOf[]; jurors_each?: number | null }
export interface JuryAssignment { kind: Assigning; jurors: SeriesOf[] }
export interface ConflictLine { juror: number; series: number; conflicts: Conflict[]; recusal: Recusal | null }
