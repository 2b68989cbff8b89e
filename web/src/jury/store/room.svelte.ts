/** The rounds of a juror, and the one that is open, kept fresh. */

import { get, post } from "../../api/client";
import type { Coverage, JuryTitle, RoundCard, RoundPage } from "../../api/jury";
import type { Problem } from "../../api/problem";
import { problemFrom } from "../../shared/crew/session.svelte";
import { isOver, meanOf, orderOf, standingOf, type Placed, type Standing } from "../sheet/rules";
import { kept } from "./kept.svelte";

const REFRESH = 30_000;

class Room {
  rounds = $state.raw<RoundCard[] | null>(null);
  round = $state.raw<RoundPage | null>(null);
  problem = $state.raw<Problem | null>(null);
  stale = $state(false);
  /** What the player has told since the round was read. */
  #coverage = $state.raw<ReadonlyMap<number, Coverage>>(new Map());

  async loadRounds(): Promise<void> {
    await this.#read(async () => {
      this.rounds = await get<RoundCard[]>("/api/jury/rounds", { retries: 1 });
    }, this.rounds !== null);
  }

  async loadRound(id: number): Promise<void> {
    const here = this.round?.id === id;
    if (!here) this.round = null;
    await this.#read(async () => {
      this.round = await get<RoundPage>(`/api/jury/rounds/${String(id)}`, { retries: 1 });
      this.#coverage = new Map();
    }, here);
  }

  async #read(work: () => Promise<void>, shown: boolean): Promise<void> {
    try {
      await work();
      this.problem = null;
      this.stale = false;
    } catch (error) {
      const problem = problemFrom(error);
      if (shown && problem.passing) this.stale = true;
      else this.problem = problem;
    }
  }

  /** Load now and again, until the returned function is called. */
  watch(load: () => Promise<void>): () => void {
    const again = (): void => {
      if (document.visibilityState === "visible") void load();
    };
    void load();
    const timer = setInterval(again, REFRESH);
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }

  item(series: number): JuryTitle | null {
    return this.round?.items.find((item) => item.series === series) ?? null;
  }

  coverageOf(item: JuryTitle): Coverage {
    return this.#coverage.get(item.series) ?? item.coverage;
  }

  cover(series: number, coverage: Coverage): void {
    this.#coverage = new Map(this.#coverage).set(series, coverage);
  }

  standing(item: JuryTitle): Standing {
    const { grades, skipped } = kept.sheetOf(this.round?.id ?? 0, item.series, item.sheet);
    const { enough, seen } = this.coverageOf(item);
    const whole = this.round ? meanOf(this.round.rubric, grades)?.whole === true : false;
    const begun = seen > 0 || Object.keys(grades).length > 0;
    return standingOf({ seen: enough, begun, whole, skipped: skipped !== null, recused: item.recusal !== null });
  }

  readonly over = (item: JuryTitle): boolean => isOver(this.standing(item));

  get order(): Placed[] {
    const { round } = this;
    if (!round) return [];
    return orderOf(
      round.items.flatMap((item) => {
        const { grades, skipped } = kept.sheetOf(round.id, item.series, item.sheet);
        const found = skipped === null && item.recusal === null ? meanOf(round.rubric, grades) : null;
        return found ? [{ series: item.series, ...found }] : [];
      }),
    );
  }

  /** Scores may still be changed. */
  get open(): boolean {
    return this.round?.phase === "scoring" && this.round.lock === null;
  }

  /** Throws a Problem. */
  async act(path: string, body: unknown): Promise<void> {
    const { round } = this;
    if (!round) return;
    await post(`/api/jury/rounds/${String(round.id)}/${path}`, body);
    await this.loadRound(round.id);
  }
}

export const room = new Room();
