/** What a juror does, on its way to the server. Pure: the storing and the sending are elsewhere. */

import { backoff } from "../../api/client";
import { NO_ANSWER, NO_NETWORK, type Problem } from "../../api/problem";

interface Way {
  /** One thing of one juror: the latest change of it is all that matters. */
  key: string;
  /** Whose it is: another juror at this tablet neither sees nor sends it. */
  account: number;
  /** One more than the highest known: the server keeps the highest. */
  revision: number;
  made_at: number;
  attempts: number;
  /** not before this moment */
  due_at: number;
  /** on its way now or next; kept on this device until it can be sent; refused for good */
  state: "sending" | "kept" | "refused";
  /** code of the last problem */
  problem: string | null;
}

export interface SheetDeed extends Way {
  kind: "sheet";
  id: string;
  round: number;
  series: number;
  grades: Readonly<Record<string, number>>;
  skipped: string | null;
}

export interface NoteDeed extends Way {
  kind: "note";
  id: string;
  series: number;
  episode: number;
  number: number;
  second: number;
  /** null takes the note away */
  text: string | null;
}

export type Deed = SheetDeed | NoteDeed;
export type SheetChange = Pick<SheetDeed, "round" | "series" | "grades" | "skipped">;
export type NoteChange = Pick<NoteDeed, "id" | "series" | "episode" | "number" | "second" | "text">;

/** The session ended on the server: the deed waits for the sign-in. */
const SIGN_IN = "sign-in-needed";
/** Another sheet has taken the same revision: this one is sent as the next. */
const TAKEN = "score-conflict";
const ASK_AGAIN_MS = 60_000;
const WAITING: readonly (string | null)[] = [null, NO_NETWORK, NO_ANSWER, SIGN_IN];

export const keyOfSheet = (account: number, round: number, series: number): string => `${String(account)}/sheet/${String(round)}/${String(series)}`;
export const keyOfNote = (account: number, id: string): string => `${String(account)}/note/${id}`;

/** Two changes of one thing never bear the same time: it tells them apart. */
const fresh = (now: number, before: Deed | undefined): Pick<Way, "made_at" | "attempts" | "due_at" | "state" | "problem"> => ({
  made_at: Math.max(now, (before?.made_at ?? 0) + 1), attempts: 0, due_at: now, state: "sending", problem: null,
});

/** `known`: the highest revision that the server is known to have. */
export function sheetDeed(account: number, change: SheetChange, id: string, known: number, before: Deed | undefined, now: number): SheetDeed {
  const key = keyOfSheet(account, change.round, change.series);
  return { kind: "sheet", key, account, id, ...change, revision: nextRevision(known, before), ...fresh(now, before) };
}

export function noteDeed(account: number, change: NoteChange, known: number, before: Deed | undefined, now: number): NoteDeed {
  return { kind: "note", key: keyOfNote(account, change.id), account, ...change, revision: nextRevision(known, before), ...fresh(now, before) };
}

/** A change that is on its way may have arrived without our hearing of it: the next one is above both. */
function nextRevision(known: number, before: Deed | undefined): number {
  return Math.max(known, before?.revision ?? 0) + 1;
}

export function attempting<Any extends Deed>(deed: Any): Any {
  return { ...deed, state: "sending", attempts: deed.attempts + 1 };
}

/** A passing failure keeps it for another attempt, any other one is the last word. */
export function failed<Any extends Deed>(deed: Any, problem: Problem, now: number, newId: () => string, random?: () => number): Any {
  const next = { ...deed, problem: problem.code };
  if (problem.code === SIGN_IN) return { ...next, state: "kept", due_at: now + ASK_AGAIN_MS };
  if (problem.code === TAKEN && deed.kind === "sheet" && deed.attempts < 3) return { ...next, id: newId(), revision: deed.revision + 1, state: "sending", due_at: now };
  if (!problem.passing) return { ...next, state: "refused" };
  const wait = Math.max((problem.retryAfter ?? 0) * 1000, backoff(Math.min(deed.attempts - 1, 5), random));
  return { ...next, state: "kept", due_at: now + wait };
}

export const pending = (deed: Deed): boolean => deed.state !== "refused";

/** Whatever waits for a network or for a sign-in is due now; a server that has answered "later" is not asked sooner. */
export function hurried<Any extends Deed>(deed: Any, now: number): Any {
  const waits = deed.state === "kept" && WAITING.includes(deed.problem);
  return waits ? { ...deed, due_at: Math.min(deed.due_at, now) } : deed;
}

/** The oldest that is due, and how long to wait when none is due yet. */
export function nextDue(deeds: readonly Deed[], now: number): { deed: Deed | null; wait: number | null } {
  const waiting = deeds.filter(pending).sort((a, b) => a.made_at - b.made_at || (a.key < b.key ? -1 : 1));
  const deed = waiting.find(({ due_at }) => due_at <= now) ?? null;
  if (deed) return { deed, wait: 0 };
  return { deed: null, wait: waiting.length > 0 ? Math.min(...waiting.map(({ due_at }) => due_at - now)) : null };
}

/** What became of a deed that was sent: the same thing may have been changed again meanwhile, and that change goes on. */
export function settle(deeds: readonly Deed[], sent: Deed, became: Deed | null): Deed[] {
  return deeds.flatMap((deed) => {
    if (deed.key !== sent.key || deed.made_at !== sent.made_at) return [deed];
    return became ? [became] : [];
  });
}

export type SavedState = "none" | "saved" | "saving" | "kept" | "refused";

/** What is said of one thing. */
export function stateOf(deed: Deed | undefined, saved: boolean): SavedState {
  if (deed?.state === "sending") return "saving";
  return deed?.state ?? (saved ? "saved" : "none");
}

/** The changes of one juror that are not on the server. */
export function unsentOf(deeds: readonly Deed[], account: number): Deed[] {
  return deeds.filter((deed) => deed.account === account && pending(deed));
}
