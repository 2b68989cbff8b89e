/** Short names for the API's own schemas. schema.ts is generated from its description; nothing is typed by hand here. */

import type { components } from "./schema";

type Schemas = components["schemas"];

/** Language tag to text. */
export type Words = Record<string, string>;
export type PosterUrls = Schemas["Poster"];
export type EntryRef = Schemas["EntryRef"];
export type SeriesCard = Schemas["SeriesCard"];
export type AwardCard = Schemas["AwardCard"];
export type SectionRef = Schemas["SectionRef"];
export type Festival = Schemas["FestivalPage"];
export type EpisodeCard = Schemas["EpisodeCell"];
export type Series = Schemas["SeriesPage"];
export type Rendition = Schemas["AudioTrack"];
export type VideoRendition = Schemas["VideoTrack"];
export type Stream = Schemas["Stream"];
export type FeedItem = Schemas["FeedItem"];
export type Feed = Schemas["Feed"];
export type Award = Schemas["AwardPage"];
export type EntryCard = Schemas["EntryCard"];
export type WatchRule = Schemas["WatchRule"];
export type Ballot = Schemas["BallotOut"];
export type Vote = Schemas["VoteReceipt"];
export type FoundReceipt = Schemas["ReceiptOut"];
export type Log = Schemas["LogOut"];
export type Board = Schemas["BoardOut"];
export type Turnout = Pick<Board, "award" | "rows" | "ballots">;
export type Account = Schemas["Account"];
export type Me = Schemas["Me"];
export type Failure = Schemas["FailureOut"];
export type PreviewStream = Schemas["PreviewStream"];
export type EpisodeState = Schemas["EpisodeState"];
export type StudioSeries = Schemas["StudioSeries"];
export type NewSeries = Schemas["SeriesIn"];
export type Rating = NonNullable<NewSeries["rating"]>;
export type StoredPart = Schemas["PartOut"];
export type Upload = Schemas["Upload"];
export type SignedPart = Schemas["PartAddress"];
export type Overview = Schemas["Overview"];
export type KioskProgramme = Schemas["Programme"];
export type Shortlist = Schemas["Shortlist"];
export type NewAward = Schemas["AwardIn"];
export type Flag = Schemas["Flag"];
export type Void = Schemas["Void"];
export type VoidReason = Schemas["VoidIn"]["reason"];
export type Publication = Schemas["Publication"];
export type Review = Schemas["Review"];
export type TierTurnout = Schemas["TierTurnout"];
export type PublishedResult = Schemas["ResultOut"];
export type Result = Schemas["Result"];
export type Badge = Schemas["Badge"];
export type BadgePage = Schemas["BadgePage"];
export type PrintedBadges = Schemas["PrintedBadges"];
export type Screening = Schemas["Screening"];
export type NewScreening = Schemas["ScreeningIn"];
