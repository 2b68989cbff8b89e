/** The juries of the festival, the one that is open and its round, as the desk sees them. */

import { get, post, put } from "../../api/client";
import type { AssignmentIn, ConflictLine, Deliberation, JuryAssignment, JuryCard, JuryIn, JuryPage, JuryProgress, RoundDetail, RoundIn } from "../../api/jury";
import type { Problem } from "../../api/problem";
import { problemFrom } from "../../shared/crew/session.svelte";

const BASE = "/api/desk/juries";

interface RoundShown {
  round: RoundDetail;
  progress: JuryProgress;
  /** Organisers only. */
  assignment: JuryAssignment | null;
  conflicts: ConflictLine[];
  deliberation: Deliberation | null;
}

class Juries {
  all = $state.raw<JuryCard[] | null>(null);
  jury = $state.raw<JuryPage | null>(null);
  round = $state.raw<RoundShown | null>(null);
  problem = $state.raw<Problem | null>(null);

  load = (): Promise<void> => this.#read(async () => {
    this.all = await get<JuryCard[]>(BASE, { retries: 1 });
  });

  open = (jury: number): Promise<void> => this.#read(async () => {
    if (this.jury?.id !== jury) this.jury = null;
    this.jury = await get<JuryPage>(`${BASE}/${String(jury)}`, { retries: 1 });
  });

  openRound = (jury: number, round: number, organiser: boolean): Promise<void> => this.#read(async () => {
    if (this.round?.round.id !== round) this.round = null;
    const path = `${BASE}/rounds/${String(round)}`;
    const [page, detail] = await Promise.all([get<JuryPage>(`${BASE}/${String(jury)}`, { retries: 1 }), get<RoundDetail>(path, { retries: 1 })]);
    const told = detail.phase === "deliberation" || detail.phase === "decided";
    const [progress, assignment, conflicts, deliberation] = await Promise.all([
      get<JuryProgress>(`${path}/progress`), organiser ? get<JuryAssignment>(`${path}/assignment`) : null, organiser ? get<ConflictLine[]>(`${path}/conflicts`) : [],
      told ? get<Deliberation>(`${path}/deliberation`) : null,
    ]);
    this.jury = page;
    this.round = { round: detail, progress, assignment, conflicts, deliberation };
  });

  async #read(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problem = null;
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  /** These throw a Problem. */
  async save(jury: number | null, body: JuryIn): Promise<JuryPage> {
    this.jury = await (jury === null ? post<JuryPage>(BASE, body) : put<JuryPage>(`${BASE}/${String(jury)}`, body));
    return this.jury;
  }

  saveRound(jury: number, round: number | null, body: RoundIn): Promise<RoundDetail> {
    return round === null ? post<RoundDetail>(`${BASE}/${String(jury)}/rounds`, body) : put<RoundDetail>(`${BASE}/rounds/${String(round)}`, body);
  }

  async assign(round: number, body: AssignmentIn): Promise<void> {
    const assignment = await put<JuryAssignment>(`${BASE}/rounds/${String(round)}/assignment`, body);
    if (this.round?.round.id === round) this.round = { ...this.round, assignment };
  }

  async start(round: number): Promise<void> {
    await post(`${BASE}/rounds/${String(round)}/open`);
  }
}

export const juries = new Juries();
