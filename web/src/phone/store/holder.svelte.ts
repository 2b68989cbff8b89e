import { post } from "../../api/client";
import { BALLOT_NEEDED, Problem, unreachable } from "../../api/problem";
import type { AwardCard, Ballot, BallotProof } from "../../api/types";
import { arrived, settleArrival } from "../entry/arrival";
import { keep, readKept } from "./kept";

const BALLOTS = "tallscreen.ballots";
const BADGE = "tallscreen.badge";

type Kept = Record<number, Ballot | string>;
type Held = Readonly<Record<number, Ballot>>;

/** The first version of the page kept bare tokens: all were the device's. */
function modern(kept: Kept): Held {
  return Object.fromEntries(Object.entries(kept).map(([award, held]) => [award, typeof held === "string" ? { ballot: held, tier: "device" } : held]));
}

/** What this phone holds: a ballot for each award it has voted in or was let in to, and perhaps a badge. */
class Holder {
  #held = $state.raw<Held>(modern(readKept<Kept>(BALLOTS, {})));
  #badge = $state.raw<string | null>(readKept<string | null>(BADGE, null));

  /** Another tab of this phone may be the one that a scanned code has opened. */
  follow(onchange: () => void): void {
    window.addEventListener("storage", ({ key }) => {
      if (key !== BALLOTS && key !== BADGE) return;
      this.#held = modern(readKept<Kept>(BALLOTS, {}));
      this.#badge = readKept<string | null>(BADGE, null);
      onchange();
    });
  }

  get badge(): string | null {
    return this.#badge;
  }

  of(award: number): Ballot | null {
    return this.#held[award] ?? null;
  }

  /** The ballot's token, asked for where it is not here yet; a Problem where somebody has to show who votes first. */
  async token(award: number, card: () => Promise<Pick<AwardCard, "tiers">>): Promise<string> {
    const known = this.of(award);
    if (known) return known.ballot;
    const { tiers } = await card();
    const byBadge = tiers.includes("badge") ? await this.#byBadge(award) : null;
    if (byBadge) return byBadge;
    if (!tiers.includes("device")) throw unreachable(BALLOT_NEEDED);
    return (await this.take(award)).ballot;
  }

  /** Without a proof the ballot is the device's. */
  async take(award: number, proof?: BallotProof): Promise<Ballot> {
    const ballot = await post<Ballot>(`/api/awards/${String(award)}/ballot`, proof);
    this.#keepHeld({ ...this.#held, [award]: ballot });
    return ballot;
  }

  forget(award: number): void {
    this.#keepHeld(Object.fromEntries(Object.entries(this.#held).filter(([id]) => Number(id) !== award)));
  }

  /** Null takes the badge off this phone. */
  keepBadge(token: string | null): void {
    this.#badge = token;
    keep(BADGE, token);
  }

  /** A badge just scanned goes before the one that was here. */
  async #byBadge(award: number): Promise<string | null> {
    const scanned = arrived("badge");
    const badge = scanned ?? this.#badge;
    if (badge === null) return null;
    try {
      return (await this.take(award, { badge })).ballot;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "badge-refused") throw error;
      if (scanned === null) this.keepBadge(null);
      else settleArrival("badge");
      return null;
    }
  }

  #keepHeld(held: Held): void {
    this.#held = held;
    keep(BALLOTS, held);
  }
}

export const holder = new Holder();
