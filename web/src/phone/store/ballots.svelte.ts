import { get, post } from "../../api/client";
import { Problem } from "../../api/problem";
import type { Award, Ballot, Vote } from "../../api/types";
import { Outbox } from "../../shared/outbox/outbox";
import { latestOf, type OutboxVote } from "../../shared/outbox/rules";
import { openShelf } from "../../shared/outbox/shelf";
import { keep, readKept } from "./kept";
import { Loaded } from "./loaded.svelte";

const TOKENS = "tallscreen.ballots";
const OFFERED = "tallscreen.offered";

/** One question as the reader sees it: what was tapped last, and how far it has come. */
export interface OwnVote {
  id: string;
  award: number;
  entry: number;
  value: number;
  state: OutboxVote["state"];
  receipt: string | null;
  cast_at: string | null;
  problem: string | null;
}

/** The reader's ballots: requests go up as taps, votes come down as states. A tick means the server has committed. */
class Ballots {
  #local = $state.raw<readonly OutboxVote[]>([]);
  #server = $state.raw<readonly (Vote & { award: number })[]>([]);
  #tokens: Record<number, string> = readKept<Record<number, string>>(TOKENS, {});
  #offered = new Set(readKept<string[]>(OFFERED, []));
  #outbox: Promise<Outbox> | null = null;
  readonly #awards = new Map<number, Loaded<Award>>();

  /** What waits from an earlier visit goes out as soon as the page is open. */
  open(): void {
    void this.#box();
    const hurry = (): void => {
      if (document.visibilityState === "visible") void this.#box().then((box) => box.hurry());
    };
    window.addEventListener("online", hurry);
    document.addEventListener("visibilitychange", hurry);
  }

  async cast(award: number, entry: number, value: number): Promise<void> {
    await (await this.#box()).cast(award, entry, value);
  }

  async hurry(): Promise<void> {
    await (await this.#box()).hurry();
  }

  async forget(id: string): Promise<void> {
    await (await this.#box()).forget(id);
  }

  vote(award: number, entry: number): OwnVote | null {
    const local = latestOf(this.#local, award, entry);
    const server = this.#server.find((vote) => vote.award === award && vote.entry === entry);
    if (server && (!local || (local.state === "counted" && (local.cast_at ?? "") <= server.cast_at))) {
      return { ...server, award, state: "counted", problem: null };
    }
    return local;
  }

  /** The last vote of this question that the server has confirmed, whatever was tapped since. */
  confirmed(award: number, entry: number): OwnVote | null {
    const counted = latestOf(this.#local.filter((vote) => vote.state === "counted"), award, entry);
    const server = this.#server.find((vote) => vote.award === award && vote.entry === entry);
    return counted ?? (server ? { ...server, award, state: "counted", problem: null } : null);
  }

  award(id: number): Loaded<Award> {
    const known = this.#awards.get(id);
    if (known) return known;
    const fresh = new Loaded<Award>(() => get<Award>(`/api/awards/${String(id)}`, { retries: 1 }));
    this.#awards.set(id, fresh);
    return fresh;
  }

  /** What this device has voted, as the server knows it. Only asked once this device has a ballot. */
  async refresh(award: number): Promise<void> {
    const token = this.#tokens[award];
    if (!token) return;
    try {
      const { votes } = await get<{ votes: Vote[] }>(`/api/awards/${String(award)}/my-votes`, { headers: { Ballot: token } });
      this.#server = [...this.#server.filter((vote) => vote.award !== award), ...votes.map((vote) => ({ ...vote, award }))];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // What this phone knows itself stays shown.
    }
  }

  /** A ballot slides up by itself once per question. */
  offer(award: number, entry: number): boolean {
    const question = `${String(award)}:${String(entry)}`;
    if (this.#offered.has(question)) return false;
    this.#offered.add(question);
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
    try {
      return await this.#post(vote, await this.#token(vote.award));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "ballot-invalid") throw error;
      this.#forgetToken(vote.award);
      return this.#post(vote, await this.#token(vote.award));
    }
  }

  #post(vote: OutboxVote, token: string): Promise<Vote> {
    const { id, award, entry, value } = vote;
    return post<Vote>(`/api/awards/${String(award)}/votes`, { id, entry, value }, { headers: { Ballot: token } });
  }

  async #token(award: number): Promise<string> {
    const known = this.#tokens[award];
    if (known) return known;
    const { ballot } = await post<Ballot>(`/api/awards/${String(award)}/ballot`);
    this.#tokens = { ...this.#tokens, [award]: ballot };
    keep(TOKENS, this.#tokens);
    return ballot;
  }

  #forgetToken(award: number): void {
    this.#tokens = Object.fromEntries(Object.entries(this.#tokens).filter(([id]) => Number(id) !== award));
    keep(TOKENS, this.#tokens);
  }
}

export const ballots = new Ballots();
