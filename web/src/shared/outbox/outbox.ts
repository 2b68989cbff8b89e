/** Votes go out one after another, in the order of the taps, until the server has said yes or no to each. */

import { serverNow } from "../../api/clock";
import { NO_ANSWER, Problem, unreachable } from "../../api/problem";
import type { Vote } from "../../api/types";
import {
  attempting, counted, failed, found, hurried, isSame, latestOf, newVote, nextDue, superseded,
  type Answer, type OutboxVote, type Question,
} from "./rules";
import { uuid7 } from "../uuid7";
import type { Shelf } from "./shelf";

export interface Post {
  /** Throws a Problem. */
  send: (vote: OutboxVote) => Promise<Vote>;
}

export class Outbox {
  readonly #shelf: Shelf;
  readonly #post: Post;
  readonly #onchange: (votes: readonly OutboxVote[]) => void;
  #votes: OutboxVote[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;

  constructor(shelf: Shelf, post: Post, onchange: (votes: readonly OutboxVote[]) => void) {
    this.#shelf = shelf;
    this.#post = post;
    this.#onchange = onchange;
  }

  async open(): Promise<void> {
    this.#votes = (await this.#shelf.all()).map(found);
    this.#tell();
    void this.send();
  }

  /** The vote is kept before anything is sent; the id belongs to this tap for ever. */
  async cast(to: Question, answer: Answer, until: number | null): Promise<OutboxVote> {
    const now = Date.now();
    const vote = newVote(uuid7(now), to, answer, now, until);
    const needless = superseded(this.#votes, vote).map(({ id }) => id);
    this.#votes = [...this.#votes.filter(({ id }) => !needless.includes(id)), vote];
    this.#tell();
    await this.#keep(vote);
    await this.#shelf.remove(needless);
    void this.send();
    return vote;
  }

  latest(to: Question): OutboxVote | null {
    return latestOf(this.#votes, to);
  }

  async forget(id: string): Promise<void> {
    this.#votes = this.#votes.filter((vote) => vote.id !== id);
    this.#tell();
    await this.#shelf.remove([id]);
  }

  /** Try now what is waiting, whatever its next attempt was planned for; `crowd` where many others do the same. */
  async hurry(crowd = false): Promise<void> {
    const now = Date.now();
    this.#votes = this.#votes.map((vote) => hurried(vote, now, crowd));
    this.#tell();
    await this.send();
  }

  async send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    clearTimeout(this.#timer);
    try {
      await alone(() => this.#drain());
    } finally {
      this.#sending = false;
    }
    const { wait } = nextDue(this.#votes, Date.now());
    if (wait !== null) this.#timer = setTimeout(() => void this.send(), Math.max(wait, 50));
  }

  async #drain(): Promise<void> {
    for (;;) {
      const { vote } = nextDue(this.#votes, Date.now());
      if (!vote) return;
      await this.#settle(vote);
    }
  }

  async #settle(vote: OutboxVote): Promise<void> {
    const trying = attempting(vote);
    this.#replace(trying);
    const settled = await this.#post.send(trying).then(
      (answer) => counted(trying, answer),
      (error: unknown) => failed(trying, error instanceof Problem ? error : unreachable(NO_ANSWER), Date.now(), serverNow()),
    );
    this.#replace(settled);
    await this.#keep(settled);
    if (settled.state === "counted") await this.#clear(settled);
  }

  /** Only the latest counted vote of a question is worth keeping. */
  async #clear(settled: OutboxVote): Promise<void> {
    const older = this.#votes.filter(
      (vote) => isSame(vote, settled) && vote.made_at < settled.made_at && vote.state === "counted",
    );
    if (older.length === 0) return;
    const ids = older.map(({ id }) => id);
    this.#votes = this.#votes.filter(({ id }) => !ids.includes(id));
    this.#tell();
    await this.#shelf.remove(ids);
  }

  /** A phone without room keeps the vote while the page is open: no reason not to send it. */
  async #keep(vote: OutboxVote): Promise<void> {
    await this.#shelf.put(vote).catch(() => undefined);
  }

  #replace(vote: OutboxVote): void {
    this.#votes = this.#votes.map((other) => (other.id === vote.id ? vote : other));
    this.#tell();
  }

  #tell(): void {
    this.#onchange(this.#votes);
  }
}

/** One tab sends at a time. */
async function alone(work: () => Promise<void>): Promise<void> {
  if (typeof navigator === "undefined" || !("locks" in navigator)) return work();
  await navigator.locks.request("tallscreen.votes", work);
}
