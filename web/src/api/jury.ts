/** Short names for what the API says of juries. schema.ts is generated from its description; nothing is typed by hand here. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Phase = RoundCard["phase"];
export type Visibility = RoundPage["visibility"];
export type BlindPhase = JuryPage["blind"][number];
export type Criterion = Schemas["Criterion"];
export type Rubric = Schemas["Rubric"];
export type Maker = Schemas["Maker"];
export type Coverage = Schemas["Coverage"];
export type JurySheet = Schemas["ScoreSheet"];
export type SheetSaved = Schemas["SheetSaved"];
export type Conflict = Schemas["Conflict"];
export type JuryTitle = Schemas["Title"];
export type RoundCard = Schemas["RoundCard"];
export type RoundPage = Schemas["RoundPage"];
export type OrderLine = Schemas["OrderLine"];
export type EpisodeSeen = Schemas["EpisodeSeen"];
export type JuryTitlePage = Schemas["TitlePage"];
export type Watched = Schemas["JurorWatched"];
export type Note = Schemas["Note"];
export type NoteSaved = Schemas["NoteSaved"];
export type RankMethod = Ranking["method"];
export type TableCell = Schemas["TableCell"];
export type TableTitle = Schemas["TableTitle"];
export type Ranking = Schemas["Ranking"];
export type CutRule = Schemas["CutRule"];
export type Cut = Schemas["Cut"];
export type Prize = Schemas["Prize"];
export type Decision = Schemas["Decision"];
export type DecisionIn = Schemas["DecisionIn"];
export type Deliberation = Schemas["Deliberation"];
export type JurorProgress = Schemas["JurorProgress"];
export type JuryProgress = Schemas["Progress"];
export type Assigning = RoundRow["assigning"];
export type Member = JuryPage["members"][number];
export type JuryIn = Schemas["JuryIn"];
export type RoundRow = Schemas["RoundRow"];
export type JuryCard = Schemas["JuryCard"];
export type JuryPage = Schemas["JuryPage"];
export type RoundIn = Schemas["RoundIn"];
export type RoundDetail = Schemas["RoundDetail"];
export type SeriesOf = Schemas["SeriesOf"];
export type AssignmentIn = Schemas["AssignmentIn"];
export type JuryAssignment = Schemas["Assignment"];
export type ConflictLine = Schemas["ConflictLine"];
