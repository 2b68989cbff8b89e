/** A juror's changes go out one after another until the server has said yes or no to each. */

import { NO_ANSWER, Problem, unreachable } from "../../api/problem";
import { uuid7 } from "../../shared/uuid7";
import {
  attempting, failed, hurried, keyOfNote, keyOfSheet, nextDue, noteDeed, settle, sheetDeed, type Deed, type NoteChange, type NoteDeed, type SheetChange, type SheetDeed,
} from "./rules";
import type { Shelf } from "./shelf";

export interface Post {
  /** Throws a Problem; what the server says is handed on to whoever shows it. */
  send: (deed: Deed) => Promise<void>;
}

export class Outbox {
  readonly #shelf: Shelf;
  readonly #post: Post;
  readonly #onchange: (deeds: readonly Deed[]) => void;
  #deeds: Deed[] = [];
  #account = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;
  #closed = false;

  constructor(shelf: Shelf, post: Post, onchange: (deeds: readonly Deed[]) => void) {
    this.#shelf = shelf;
    this.#post = post;
    this.#onchange = onchange;
  }

  /** For this juror; what another one left on this device waits for them. */
  async open(account: number): Promise<void> {
    this.#account = account;
    this.#deeds = (await this.#shelf.all()).filter((deed) => deed.account === account);
    await this.hurry();
  }

  /** Its juror has left this device: what is not sent waits on the shelf until they come back. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async saveSheet(change: SheetChange, known: number): Promise<SheetDeed> {
    const before = this.find(keyOfSheet(this.#account, change.round, change.series));
    const now = Date.now();
    return this.#take(sheetDeed(this.#account, change, uuid7(now), known, before, now));
  }

  async saveNote(change: NoteChange, known: number): Promise<NoteDeed> {
    return this.#take(noteDeed(this.#account, change, known, this.find(keyOfNote(this.#account, change.id)), Date.now()));
  }

  find(key: string): Deed | undefined {
    return this.#deeds.find((deed) => deed.key === key);
  }

  async forget(key: string): Promise<void> {
    this.#deeds = this.#deeds.filter((deed) => deed.key !== key);
    this.#tell();
    await this.#shelf.remove(key);
  }

  /** Try now what waits for a network or a sign-in. */
  async hurry(): Promise<void> {
    const now = Date.now();
    this.#deeds = this.#deeds.map((deed) => hurried(deed, now));
    this.#tell();
    await this.send();
  }

  async send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    clearTimeout(this.#timer);
    try {
      for (let deed = this.#due(); deed; deed = this.#due()) await this.#settle(deed);
    } finally {
      this.#sending = false;
    }
    const { wait } = nextDue(this.#deeds, Date.now());
    if (wait !== null && !this.#closed) this.#timer = setTimeout(() => void this.send(), Math.max(wait, 50));
  }

  #due(): Deed | null {
    return this.#closed ? null : nextDue(this.#deeds, Date.now()).deed;
  }

  /** It is kept before anything is sent. */
  async #take<Any extends Deed>(deed: Any): Promise<Any> {
    this.#deeds = [...this.#deeds.filter(({ key }) => key !== deed.key), deed];
    this.#tell();
    await this.#keep(deed);
    void this.send();
    return deed;
  }

  async #settle(deed: Deed): Promise<void> {
    const trying = attempting(deed);
    this.#deeds = settle(this.#deeds, trying, trying);
    this.#tell();
    const became = await this.#post.send(trying).then(
      () => null,
      (error: unknown) => failed(trying, error instanceof Problem ? error : unreachable(NO_ANSWER), Date.now(), uuid7),
    );
    this.#deeds = settle(this.#deeds, trying, became);
    this.#tell();
    const now = this.find(deed.key);
    if (!now || now.state === "refused") await this.#shelf.remove(deed.key).catch(() => undefined);
    else await this.#keep(now);
  }

  /** A device without room keeps it while the page is open: no reason not to send it. */
  async #keep(deed: Deed): Promise<void> {
    await this.#shelf.put(deed).catch(() => undefined);
  }

  #tell(): void {
    if (!this.#closed) this.#onchange(this.#deeds);
  }
}
