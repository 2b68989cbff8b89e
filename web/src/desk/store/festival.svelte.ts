/** What the desk knows of the whole festival, kept fresh. */

import { get, post, put } from "../../api/client";
import { follow, type Handlers } from "../../api/live";
import type { Problem } from "../../api/problem";
import type { AwardOverview, DeskSeries, NewSection, Overview, Rooms, SectionRules, Turnout } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";
import { allAwards, allSeries } from "./all-pages";

const REFRESH = 15_000;
const TOPICS = 40;

class FestivalDesk {
  overview = $state.raw<Overview | null>(null);
  /** Those that the audience may watch; organisers only, asked for where one of them is chosen. */
  series = $state.raw<DeskSeries[]>([]);
  /** Organisers only; asked for when they are looked at, since all originals are counted for them. */
  rooms = $state.raw<Rooms | null>(null);
  turnouts = $state.raw<ReadonlyMap<number, Turnout>>(new Map());
  problem = $state.raw<Problem | null>(null);
  stale = $state(false);
  /** All there are, for pages on which one of them is chosen. */
  awards = $state.raw<AwardOverview[] | null>(null);

  /** Those of these awards whose turnout may be told while they run. */
  toldOf(awards: readonly AwardOverview[]): string {
    const told = awards.filter(({ award }) => award.board !== "hidden").slice(0, TOPICS);
    return told.map(({ award }) => award.id).join();
  }

  async load(): Promise<void> {
    try {
      this.overview = await get<Overview>("/api/desk/overview", { retries: 1 });
      this.problem = null;
    } catch (error) {
      const problem = problemFrom(error);
      // What is shown stays while the network is away; the line says that it is old.
      if (this.overview && problem.passing) this.stale = true;
      else this.problem = problem;
    }
  }

  /** Load now and again, and what else is shown with it, until the returned function is called. */
  watch(more: () => void = () => undefined): () => void {
    const again = (): void => {
      if (document.visibilityState !== "visible") return;
      void this.load();
      more();
    };
    void this.load();
    const timer = setInterval(again, REFRESH);
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }

  followTurnout(told: string): () => void {
    if (!told) return () => undefined;
    const handlers: Handlers = {};
    for (const award of told.split(",").map(Number)) {
      handlers[`award:${award}:turnout`] = (turnout) => { this.turnouts = new Map(this.turnouts).set(award, turnout); };
    }
    return follow(handlers, { onstale: (stale) => { this.stale = stale; } });
  }

  async loadAwards(): Promise<void> {
    try {
      this.awards = await allAwards();
      this.problem = null;
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  async loadReleased(): Promise<void> {
    this.series = await allSeries("released");
  }

  /** `anyway`: also what is not ready. */
  async release(series: { id: number }, anyway: boolean): Promise<void> {
    await post(`/api/desk/series/${String(series.id)}/release${anyway ? "?anyway=true" : ""}`);
    await this.load();
  }

  /** Whether phones may keep a series, and until when. */
  async setKeeping(series: { id: number }, keeping: DeskSeries["keeping"]): Promise<void> {
    await put(`/api/desk/series/${String(series.id)}/keeping`, keeping);
  }

  /** Until when the producer of a submitted series may correct it after the deadline. */
  async giveTime(series: { id: number }, until: string | null): Promise<void> {
    await put(`/api/desk/series/${String(series.id)}/changes`, { until });
  }

  async addSection(section: NewSection): Promise<void> {
    await post("/api/desk/sections", section);
    await this.load();
  }

  async changeSection(section: number, rules: SectionRules): Promise<void> {
    await put(`/api/desk/sections/${String(section)}`, rules);
    await this.load();
  }

  /** Where they cannot be asked for now, what was known stays. */
  async loadRooms(): Promise<void> {
    this.rooms = await get<Rooms>("/api/desk/rooms", { retries: 2 }).catch(() => this.rooms);
  }

  /** Bytes for the files of a company; null as for every company. */
  async giveRoom(company: number, limit: number | null): Promise<void> {
    await put(`/api/desk/rooms/${String(company)}`, { limit });
    await this.loadRooms();
  }

  async setPlayer(player: { double_tap: "like" | "seek" }): Promise<void> {
    await put("/api/desk/festival/player", player);
    await this.load();
  }
}

export const desk = new FestivalDesk();
