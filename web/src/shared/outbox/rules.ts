/** What happens to a vote on its way. Pure: the storing and the sending are elsewhere. */

import { backoff } from "../../api/client";
import { BALLOT_NEEDED, NO_ANSWER, NO_NETWORK, type Problem } from "../../api/problem";
import type { Vote } from "../../api/types";

export type VoteState =
  /** on its way now, or next */
  | "sending"
  /** kept on this device until it can be sent */
  | "kept"
  /** voting is over and no answer has come: asked for once more whenever there is a network */
  | "late"
  /** the server has committed it */
  | "counted"
  /** the server has refused it for good */
  | "refused";

/** The question of a ballot that answers for the whole award. */
export const WHOLE_BALLOT = 0;

/** One entry of an award, or the whole ballot. */
export interface Question {
  award: number;
  question: number;
}

/** A mark for one entry, or the entries chosen, best first. */
export type Answer = { value: number; choices: null } | { value: null; choices: readonly number[] };

export type OutboxVote = Question &
  Answer & {
    /** made at the tap; the same for every attempt */
    id: string;
    made_at: number;
    /** when the award's window and its grace end, in the server's time; null where that is not known */
    until: number | null;
    state: VoteState;
    attempts: number;
    /** not before this moment */
    due_at: number;
    receipt: string | null;
    cast_at: string | null;
    /** code of the last problem */
    problem: string | null;
  };

/** As the first version of the page kept it: only marks of one entry. */
export type OldVote = Omit<OutboxVote, "question" | "value" | "choices" | "until"> & { entry: number; value: number };

/** Whoever brings a ballot hurries the vote: looking by itself is only for the case that nobody did. */
const ASK_AGAIN_MS = 60_000;
/** Nobody has refused these: they wait for something on this side. */
const UNHEARD: readonly string[] = [NO_NETWORK, NO_ANSWER, BALLOT_NEEDED];
/** Several of a crowd that got its network back in the same second do not come in the same second. */
const SPREAD_MS = 3_000;

export function newVote(id: string, to: Question, answer: Answer, now: number, until: number | null): OutboxVote {
  return {
    id, award: to.award, question: to.question, ...answer, made_at: now, until, state: "sending", attempts: 0, due_at: now,
    receipt: null, cast_at: null, problem: null,
  };
}

/** A vote kept by an earlier version of the page, as this one speaks of it. */
export function modern(kept: OutboxVote | OldVote): OutboxVote {
  if ("question" in kept) return kept;
  const { entry, ...rest } = kept;
  return { ...rest, question: entry, choices: null, until: null };
}

export function attempting(vote: OutboxVote): OutboxVote {
  return { ...vote, state: "sending", attempts: vote.attempts + 1 };
}

/** A vote found on the shelf may have been on its way when the page was closed. */
export function found(vote: OutboxVote): OutboxVote {
  return pending(vote) ? { ...vote, attempts: Math.max(1, vote.attempts) } : vote;
}

export function counted(vote: OutboxVote, answer: Vote): OutboxVote {
  return { ...vote, state: "counted", receipt: answer.receipt, cast_at: answer.cast_at, problem: null };
}

/**
 * A passing failure keeps the vote for another attempt, any other one is the last word. `now` is this device's time,
 * `serverTime` the server's. After the window and its grace the vote is late: an earlier attempt may have arrived
 * without our hearing of it, so only the server can say whether it counts.
 */
export function failed(vote: OutboxVote, problem: Problem, now: number, serverTime: number, random?: () => number): OutboxVote {
  const next = { ...vote, problem: problem.code };
  if (!problem.passing) return { ...next, state: "refused" };
  const wait = problem.code === BALLOT_NEEDED ? ASK_AGAIN_MS : Math.max((problem.retryAfter ?? 0) * 1000, backoff(Math.min(vote.attempts - 1, 6), random));
  const over = vote.until !== null && serverTime > vote.until;
  return { ...next, state: over && problem.offline ? "late" : "kept", due_at: now + wait };
}

export function pending(vote: OutboxVote): boolean {
  return vote.state === "sending" || vote.state === "kept" || vote.state === "late";
}

/**
 * Whatever waits for a network, or for a ballot, is due now, or within seconds where many devices got theirs together. A server that
 * has answered "later" is not asked sooner.
 */
export function hurried(vote: OutboxVote, now: number, crowd: boolean, random: () => number = Math.random): OutboxVote {
  const unheard = vote.problem === null || UNHEARD.includes(vote.problem);
  if ((vote.state !== "kept" && vote.state !== "late") || !unheard) return vote;
  const due_at = now + (crowd ? Math.round(random() * SPREAD_MS) : 0);
  return { ...vote, state: "kept", due_at: vote.state === "late" ? due_at : Math.min(vote.due_at, due_at) };
}

/**
 * The votes that a new one makes needless. One that was attempted may have been committed without our hearing of it:
 * it stays and is settled first, so that the order of taps is the order in the ledger.
 */
export function superseded(votes: readonly OutboxVote[], made: OutboxVote): OutboxVote[] {
  return votes.filter((vote) => {
    const needless = vote.state === "refused" || (pending(vote) && vote.attempts === 0);
    return vote.id !== made.id && isSame(vote, made) && needless;
  });
}

/** The oldest vote that is due, and how long to wait when none is due yet. A late one waits for a network, not for a time. */
export function nextDue(votes: readonly OutboxVote[], now: number): { vote: OutboxVote | null; wait: number | null } {
  const waiting = votes.filter(pending).sort((a, b) => a.made_at - b.made_at || (a.id < b.id ? -1 : 1));
  const first = waiting.filter((vote, index) => waiting.findIndex((other) => isSame(other, vote)) === index && vote.state !== "late");
  const due = first.find((vote) => vote.due_at <= now);
  if (due) return { vote: due, wait: 0 };
  return { vote: null, wait: first.length > 0 ? Math.min(...first.map((vote) => vote.due_at - now)) : null };
}

/** What to show for one question: the latest tap. */
export function latestOf<Kept extends Question & { made_at: number }>(votes: readonly Kept[], to: Question): Kept | null {
  const own = votes.filter((vote) => isSame(vote, to));
  return own.reduce<Kept | null>((last, vote) => (!last || vote.made_at >= last.made_at ? vote : last), null);
}

/**
 * The latest tap, as far as it has come. While an earlier tap of the same question still waits for its answer, it has
 * not set out, and waits for the same thing.
 */
export function shownOf(votes: readonly OutboxVote[], to: Question): OutboxVote | null {
  const latest = latestOf(votes, to);
  if (latest?.state !== "sending" || latest.attempts > 0) return latest;
  const ahead = votes.find((vote) => isSame(vote, to) && (vote.state === "kept" || vote.state === "late"));
  return ahead ? { ...latest, state: ahead.state, problem: ahead.problem } : latest;
}

export function isSame(one: Question, other: Question): boolean {
  return one.award === other.award && one.question === other.question;
}
