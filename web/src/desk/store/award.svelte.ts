/** One award as the desk sees it, kept fresh: its log, voids, publication and, at last, its result. */

import { get } from "../../api/client";
import { serverNow } from "../../api/clock";
import { Problem } from "../../api/problem";
import type { Award, KioskGate, KioskWriteOff, Log, Gates, Publication, PublishedResult, Review, TierTurnout, ToldPlan, TurnoutHours, Void, VoidReason } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import type { PublishedRules } from "../awards/rules";
import { Publishing } from "./publishing.svelte";

const REFRESH = 10_000;

export type FlagAct = "quarantine" | "release" | "dismiss";

interface Shown {
  award: Award;
  turnout: TierTurnout;
  review: Review;
  voids: Void[];
  kiosks: KioskGate[];
  publication: Publication;
  gates: Gates;
  plan: ToldPlan;
  hours: TurnoutHours;
  /** null until voting opens: the rules are published then. */
  log: Log | null;
  rules: PublishedRules | null;
  result: PublishedResult | null;
}

const unlessMissing = async <Answer>(asked: Promise<Answer>): Promise<Answer | null> =>
  asked.catch((error: unknown) => {
    if (error instanceof Problem && (error.code === "log-not-started" || error.code === "result-not-published")) return null;
    throw error;
  });

export class AwardDesk extends Publishing {
  shown = $state.raw<Shown | null>(null);
  problem = $state.raw<Problem | null>(null);
  stale = $state(false);
  now = $state(serverNow());

  constructor(readonly id: number) {
    super(`awards/${String(id)}`);
  }

  async load(): Promise<void> {
    try {
      this.shown = await this.#read();
      this.problem = null;
      this.stale = false;
    } catch (error) {
      const problem = problemFrom(error);
      if (this.shown && problem.passing) this.stale = true;
      else this.problem = problem;
    }
    this.now = serverNow();
  }

  async #read(): Promise<Shown> {
    const of = <Answer>(path: string) => get<Answer>(path, { retries: 1 });
    const open = `/api/awards/${String(this.id)}`;
    const desk = `/api/desk/awards/${String(this.id)}`;
    const award = await of<Award>(open);
    const [log, turnout, review, voids, kiosks, publication, gates, plan, hours] = await Promise.all([
      award.state === "scheduled" ? null : unlessMissing(of<Log>(`${open}/log`)), of<TierTurnout>(`${desk}/turnout`), of<Review>(`${open}/review`),
      of<Void[]>(`${desk}/voids`), of<KioskGate[]>(`${desk}/kiosks`), of<Publication>(`${desk}/publish`),
      of<Gates>(`${desk}/gates`), of<ToldPlan>(`${desk}/plan`), of<TurnoutHours>(`${desk}/turnout/hours`),
    ]);
    const rules = log && (this.shown?.rules ?? (await of<PublishedRules>(`${open}/rules`)));
    const result = plan.told ? (this.shown?.result ?? (await unlessMissing(of<PublishedResult>(`${open}/result`)))) : null;
    return { award, log, rules, turnout, review, voids, kiosks, publication, gates, plan, hours, result };
  }

  watch(): () => void {
    const again = (): void => {
      if (document.visibilityState === "visible") void this.load();
    };
    void this.load();
    const timer = setInterval(again, REFRESH);
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }

  onFlag = (flag: number, act: FlagAct): Promise<boolean> => this.act(`flag:${String(flag)}`, `awards/${String(this.id)}/flags/${String(flag)}/${act}`);

  askVoid = (flag: number, reason: VoidReason, words: string): Promise<boolean> =>
    this.act(`void-of:${String(flag)}`, `awards/${String(this.id)}/voids`, { flag, reason, words });

  decide = (void_: number, agreed: boolean): Promise<boolean> => this.act(`void:${String(void_)}`, `voids/${String(void_)}/${agreed ? "agree" : "refuse"}`);

  withdraw = (void_: number): Promise<boolean> => this.act(`void:${String(void_)}`, `voids/${String(void_)}/withdraw`);

  writeOff = (kiosk: number, asked: KioskWriteOff): Promise<boolean> => this.act(`kiosk:${String(kiosk)}`, `awards/${String(this.id)}/kiosks/${String(kiosk)}/write-off`, asked);

  prove = (): Promise<boolean> => this.act("prove", `awards/${String(this.id)}/gates/proof`);
}
