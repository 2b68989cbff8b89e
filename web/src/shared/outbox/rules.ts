/** What happens to a vote on its way. Pure: the storing and the sending are elsewhere. */

import { backoff } from "../../api/client";
import type { Problem } from "../../api/problem";
import type { Vote } from "../../api/types";

export type VoteState =
  /** on its way now, or next */
  | "sending"
  /** kept on this device until it can be sent */
  | "kept"
  /** the server has committed it */
  | "counted"
  /** the server has refused it for good */
  | "refused";

export interface OutboxVote {
  /** made at the tap; the same for every attempt */
  id: string;
  award: number;
  entry: number;
  value: number;
  made_at: number;
  state: VoteState;
  attempts: number;
  /** not before this moment */
  due_at: number;
  receipt: string | null;
  cast_at: string | null;
  /** code of the last problem */
  problem: string | null;
}

export function newVote(id: string, award: number, entry: number, value: number, now: number): OutboxVote {
  return {
    id, award, entry, value, made_at: now, state: "sending", attempts: 0, due_at: now,
    receipt: null, cast_at: null, problem: null,
  };
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

/** A passing failure keeps the vote for another attempt, any other one is the last word. */
export function failed(vote: OutboxVote, problem: Problem, now: number, random?: () => number): OutboxVote {
  const next = { ...vote, problem: problem.code };
  if (!problem.passing) return { ...next, state: "refused" };
  const wait = Math.max((problem.retryAfter ?? 0) * 1000, backoff(Math.min(vote.attempts - 1, 6), random));
  return { ...next, state: "kept", due_at: now + wait };
}

export function pending(vote: OutboxVote): boolean {
  return vote.state === "sending" || vote.state === "kept";
}

/**
 * The votes that a new one makes needless. One that was attempted may have been committed without our hearing of it:
 * it stays and is settled first, so that the order of taps is the order in the ledger.
 */
export function superseded(votes: readonly OutboxVote[], made: OutboxVote): OutboxVote[] {
  return votes.filter((vote) => {
    const sameQuestion = vote.id !== made.id && vote.award === made.award && vote.entry === made.entry;
    return sameQuestion && (vote.state === "refused" || (pending(vote) && vote.attempts === 0));
  });
}

/** The oldest vote that is due, and how long to wait when none is due yet. */
export function nextDue(votes: readonly OutboxVote[], now: number): { vote: OutboxVote | null; wait: number | null } {
  const waiting = votes.filter(pending).sort((a, b) => a.made_at - b.made_at || (a.id < b.id ? -1 : 1));
  const first = waiting.filter((vote, index) => waiting.findIndex((other) => other.award === vote.award && other.entry === vote.entry) === index);
  const due = first.find((vote) => vote.due_at <= now);
  if (due) return { vote: due, wait: 0 };
  return { vote: null, wait: first.length > 0 ? Math.min(...first.map((vote) => vote.due_at - now)) : null };
}

/** What to show for one entry: the latest tap. */
export function latestOf(votes: readonly OutboxVote[], award: number, entry: number): OutboxVote | null {
  const own = votes.filter((vote) => vote.award === award && vote.entry === entry);
  return own.reduce<OutboxVote | null>((last, vote) => (!last || vote.made_at >= last.made_at ? vote : last), null);
}
