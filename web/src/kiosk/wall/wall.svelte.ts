/** What the wall shows: one award, its entries and its board. */

import { get } from "../../api/client";
import { follow, type Handlers } from "../../api/live";
import { Problem } from "../../api/problem";
import type { Award, AwardCard, Board, Festival, Log, SeriesCard } from "../../api/types";
import { paint } from "../../shared/theme";
import { chooseAward } from "./rank";

const REFRESH = 30_000;
const RETRY = 5_000;

class WallBoard {
  award = $state.raw<Award | null>(null);
  board = $state.raw<Board | null>(null);
  series = $state.raw<ReadonlyMap<number, SeriesCard>>(new Map());
  /** The newest signed head of the award's log; null until its voting has opened. */
  log = $state.raw<Log | null>(null);
  logo = $state<string | null>(null);
  none = $state(false);
  problem = $state.raw<Problem | null>(null);
  stale = $state(false);
  news = $state.raw<Date | null>(null);
  /** The award whose board may be followed; 0 for none. */
  readonly followed = $derived(this.award && this.award.board !== "hidden" ? this.award.id : 0);
  #asked: string | null = null;

  open(asked: string | null): () => void {
    this.#asked = asked ?? new URLSearchParams(location.search).get("award");
    let timer: ReturnType<typeof setTimeout>;
    const again = async (): Promise<void> => {
      await this.#load();
      timer = setTimeout(() => void again(), this.problem ? RETRY : REFRESH);
    };
    void again();
    return () => { clearTimeout(timer); };
  }

  async #load(): Promise<void> {
    try {
      const chosen = chooseAward(await get<AwardCard[]>("/api/awards"), this.#asked);
      this.none = !chosen;
      if (chosen) {
        const address = `/api/awards/${String(chosen.id)}`;
        const [award, festival, log] = await Promise.all([get<Award>(address), get<Festival>("/api/festival"), logOf(address)]);
        this.series = new Map(festival.sections.flatMap((section) => section.series).map((card) => [card.id, card]));
        paint(festival.theme.shades);
        this.award = award;
        this.logo = festival.theme.logo?.address ?? null;
        this.log = log;
      }
      this.problem = null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
    }
  }

  follow(award: number): () => void {
    if (!award) return () => undefined;
    const handlers: Handlers = {};
    handlers[`award:${award}:board`] = (board) => {
      this.board = board;
      this.news = new Date();
    };
    return follow(handlers, { onstale: (stale) => { this.stale = stale; } });
  }
}

/** An award has no log before its voting opens. */
async function logOf(address: string): Promise<Log | null> {
  try {
    return await get<Log>(`${address}/log`);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

export const wall = new WallBoard();
