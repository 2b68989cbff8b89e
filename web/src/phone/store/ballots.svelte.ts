import { get, post } from "../../api/client";
import { serverNow } from "../../api/clock";
import { BALLOT_NEEDED, Problem } from "../../api/problem";
import type { Award, AwardCard, EntryCard, Vote } from "../../api/types";
import { Outbox } from "../../shared/outbox/outbox";
import { isSame, latestOf, pending, shownOf, WHOLE_BALLOT, type Answer, type OutboxVote, type Question } from "../../shared/outbox/rules";
import { openShelf } from "../../shared/outbox/shelf";
import { catalogue } from "./catalogue.svelte";
import { holder } from "./holder.svelte";
import { keep, readKept } from "./kept";
import { Loaded } from "./loaded.svelte";

const OFFERED = "tallscreen.offered";

/** One question as the reader sees it: what was tapped last, and how far it has come. */
export type OwnVote = Question & Answer & Pick<OutboxVote, "id" | "state" | "receipt" | "cast_at" | "problem">;
type Confirmed = OwnVote & { cast_at: string };

/** What the server says of a vote, as this page speaks of its own. */
function confirmedBy(award: number, vote: Vote): Confirmed {
  const { id, receipt, cast_at } = vote;
  const answer: Answer = vote.choices ? { value: null, choices: vote.choices } : { value: vote.value ?? 0, choices: null };
  return { id, award, question: vote.entry ?? WHOLE_BALLOT, ...answer, state: "counted", receipt, cast_at, problem: null };
}

/** When votes for an award stop being counted, its grace included, in milliseconds of the server's time. */
export function untilOf(award: Pick<AwardCard, "closes_at" | "grace_seconds">): number {
  return Date.parse(award.closes_at) + award.grace_seconds * 1000;
}

/** Nobody has shown who votes until voting had ended: the vote was never sent. */
const OVER = new Problem({ code: "voting-closed", status: 410, title: "", detail: "", kept: "", next: "" });

/** The reader's ballots: requests go up as taps, votes come down as states. A tick means the server has committed. */
class Ballots {
  #local = $state.raw<readonly OutboxVote[]>([]);
  #server = $state.raw<readonly Confirmed[]>([]);
  #offered = new Set(readKept<string[]>(OFFERED, []));
  #outbox: Promise<Outbox> | null = null;
  readonly #noted = new Set<number>();
  #pages = $state.raw<ReadonlyMap<number, Loaded<Award>>>(new Map());

  /** What waits from an earlier visit goes out as soon as the page is open. */
  open(): void {
    void this.#box();
    holder.follow(() => { void this.hurry(); });
    window.addEventListener("online", () => { void this.hurry(true); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.hurry();
    });
  }

  async cast(award: AwardCard, question: number, answer: Answer): Promise<void> {
    await (await this.#box()).cast({ award: award.id, question }, answer, untilOf(award));
  }

  /** `crowd`: many other phones have their network back in the same second. */
  async hurry(crowd = false): Promise<void> {
    await (await this.#box()).hurry(crowd);
  }

  async forget(id: string): Promise<void> {
    await (await this.#box()).forget(id);
  }

  /** Whether the ballot that is here was voted with, or may have been without our hearing of it. */
  async hasVoted(award: number): Promise<boolean> {
    await this.#box();
    const tried = this.#local.some((vote) => vote.award === award && vote.state !== "refused" && vote.attempts > 0);
    return tried || this.#server.some((vote) => vote.award === award);
  }

  /** Votes of a ballot that is not this phone's any more are not shown here; what waits goes with the next one. */
  async leave(award: number): Promise<void> {
    await this.#box();
    this.#server = this.#server.filter((vote) => vote.award !== award);
    const settled = this.#local.filter((vote) => vote.award === award && !pending(vote));
    for (const { id } of settled) await this.forget(id);
  }

  vote(award: number, question: number): OwnVote | null {
    const to = { award, question };
    const local = shownOf(this.#local, to);
    const server = this.#server.find((vote) => isSame(vote, to));
    return server && (!local || (local.state === "counted" && (local.cast_at ?? "") <= server.cast_at)) ? server : local;
  }

  /** The last vote of this question that the server has confirmed, whatever was tapped since. */
  confirmed(award: number, question: number): OwnVote | null {
    const to = { award, question };
    const counted = latestOf(this.#local.filter((vote) => vote.state === "counted"), to);
    return counted ?? this.#server.find((vote) => isSame(vote, to)) ?? null;
  }

  /** An award with its entries, once `load` was asked for it. */
  page(award: number): Loaded<Award> | null {
    return this.#pages.get(award) ?? null;
  }

  async load(award: number): Promise<void> {
    const known = this.#pages.get(award);
    const page = known ?? new Loaded<Award>(() => get<Award>(`/api/awards/${String(award)}`, { retries: 1 }));
    if (!known) this.#pages = new Map([...this.#pages, [award, page]]);
    await page.load();
  }

  /** An entry of an award whose page has been loaded. */
  entry(award: number, entry: number): EntryCard | null {
    return this.page(award)?.value?.entries.find(({ id }) => id === entry) ?? null;
  }

  /** What this device has voted, as the server knows it. Only asked once this device has a ballot. */
  async refresh(award: number): Promise<void> {
    const token = holder.of(award)?.ballot;
    if (!token) return;
    try {
      const { votes } = await get<{ votes: Vote[] }>(`/api/awards/${String(award)}/my-votes`, { headers: { Ballot: token } });
      this.#server = [...this.#server.filter((vote) => vote.award !== award), ...votes.map((vote) => confirmedBy(award, vote))];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // What this phone knows itself stays shown.
    }
  }

  /** A ballot slides up by itself once per question. */
  offer(award: number, question: number): boolean {
    const asked = `${String(award)}:${String(question)}`;
    if (this.#offered.has(asked)) return false;
    this.#offered.add(asked);
    keep(OFFERED, [...this.#offered]);
    return true;
  }

  #box(): Promise<Outbox> {
    this.#outbox ??= openShelf().then(async (shelf) => {
      const outbox = new Outbox(shelf, { send: (vote) => this.#send(vote) }, (votes) => { this.#local = [...votes]; });
      await outbox.open();
      return outbox;
    });
    return this.#outbox;
  }

  async #send(vote: OutboxVote): Promise<Vote> {
    if (catalogue.award(vote.award)?.watch) await this.#noteWatched(vote);
    return this.#cast(vote);
  }

  /**
   * Where something has to be watched, that it was is written down for this ballot, once for each entry. A refusal
   * decides nothing: the vote may be one that was counted without our hearing of it, so its own answer is the last word.
   */
  async #noteWatched(vote: OutboxVote): Promise<void> {
    for (const entry of vote.choices ?? [vote.question]) {
      if (this.#noted.has(entry)) continue;
      try {
        await post(`/api/awards/${String(vote.award)}/credit`, { entry }, { headers: { Ballot: await this.#token(vote) } });
        this.#noted.add(entry);
      } catch (error) {
        if (!(error instanceof Problem) || error.passing) throw error;
      }
    }
  }

  async #cast(vote: OutboxVote): Promise<Vote> {
    try {
      return await this.#post(vote, await this.#token(vote));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "ballot-invalid") throw error;
      holder.forget(vote.award);
      return this.#post(vote, await this.#token(vote));
    }
  }

  #post(vote: OutboxVote, token: string): Promise<Vote> {
    const { id, award, question, value, choices } = vote;
    const answer = choices ? { id, choices } : { id, entry: question, value };
    return post<Vote>(`/api/awards/${String(award)}/votes`, answer, { headers: { Ballot: token } });
  }

  async #token({ award, until }: OutboxVote): Promise<string> {
    try {
      return await holder.token(award, async () => catalogue.award(award) ?? get<AwardCard>(`/api/awards/${String(award)}`));
    } catch (error) {
      const needed = error instanceof Problem && error.code === BALLOT_NEEDED;
      throw needed && until !== null && serverNow() > until ? OVER : error;
    }
  }
}

export const ballots = new Ballots();
