/** The jury's table: progress for the chair, and the deliberation once it is open. */

import { get, post, put } from "../../api/client";
import type { Decision, DecisionIn, Deliberation, JuryProgress, RoundPage } from "../../api/jury";
import type { Problem } from "../../api/problem";
import { problemFrom } from "../../shared/crew/session.svelte";
import { room } from "../store/room.svelte";

export class Table {
  progress = $state.raw<JuryProgress | null>(null);
  deliberation = $state.raw<Deliberation | null>(null);
  problem = $state.raw<Problem | null>(null);

  constructor(readonly round: number) {}

  readonly #path = (part: string): string => `/api/jury/rounds/${String(this.round)}/${part}`;

  load = async (): Promise<void> => {
    await room.loadRound(this.round);
    const round = room.round;
    if (round?.id !== this.round) return;
    try {
      const [progress, deliberation] = await Promise.all([this.#progressFor(round), this.#deliberationFor(round)]);
      Object.assign(this, { progress, deliberation, problem: null });
    } catch (error) {
      const problem = problemFrom(error);
      if (!this.deliberation || !problem.passing) this.problem = problem;
    }
  };

  #progressFor(round: RoundPage): Promise<JuryProgress> | null {
    return round.chair && round.phase === "scoring" ? get<JuryProgress>(this.#path("progress"), { retries: 1 }) : null;
  }

  #deliberationFor(round: RoundPage): Promise<Deliberation> | null {
    return round.phase === "deliberation" || round.phase === "decided" ? get<Deliberation>(this.#path("deliberation"), { retries: 1 }) : null;
  }

  /** These throw a Problem. */
  open = async (reason: string): Promise<void> => {
    await post(this.#path("deliberation"), { reason: reason || null });
    await this.load();
  };

  undo = async (juror: number, reason: string): Promise<void> => {
    await post(this.#path(`locks/${String(juror)}/undo`), { reason });
    await this.load();
  };

  unblind = async (reason: string): Promise<void> => {
    await post(this.#path("unblind"), { reason });
    await this.load();
  };

  cut = async (body: { name: Record<string, string>; chosen: number[]; carry_over: boolean }): Promise<void> => {
    await post(this.#path("cut"), body);
    await this.load();
  };

  decide = async (decision: DecisionIn): Promise<void> => {
    await put<Decision>(this.#path("decision"), decision);
    await this.load();
  };
}
