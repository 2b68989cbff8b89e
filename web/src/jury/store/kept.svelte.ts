/** A juror's changes on this device: what is not on the server yet, and what the server said of the rest. */

import { put } from "../../api/client";
import type { JurySheet, Note, NoteSaved, SheetSaved } from "../../api/jury";
import { problemFrom } from "../../shared/crew/session.svelte";
import { Outbox } from "../outbox/outbox";
import { keyOfNote, keyOfSheet, stateOf, unsentOf, type Deed, type NoteChange, type NoteDeed, type SavedState, type SheetChange, type SheetDeed } from "../outbox/rules";
import { openShelf } from "../outbox/shelf";
import type { Grades } from "../sheet/rules";

/** A sheet as the juror sees it: what was last changed here, else what is on the server. */
export interface ShownSheet {
  grades: Grades;
  skipped: string | null;
  state: SavedState;
  saved_at: string | null;
  /** code of what refused the last change */
  problem: string | null;
  /** A later sheet of the same juror, from another device, stands instead of what was changed here. */
  replaced: boolean;
}

const NOTHING = { grades: {}, skipped: null } as const;

class Kept {
  deeds = $state.raw<readonly Deed[]>([]);
  #sheets = $state.raw<ReadonlyMap<string, SheetSaved>>(new Map());
  #notes = $state.raw<ReadonlyMap<string, Note | null>>(new Map());
  #account = $state(0);
  #outbox: Promise<Outbox> | null = null;

  /** Until the returned function is called. */
  open(account: number): () => void {
    this.#account = account;
    this.#sheets = new Map();
    this.#notes = new Map();
    const outbox = openShelf().then((shelf) => new Outbox(shelf, { send: this.#send }, (deeds) => { this.deeds = deeds; }));
    this.#outbox = outbox;
    void outbox.then((opened) => opened.open(account));
    const again = (): void => void outbox.then((opened) => opened.hurry());
    window.addEventListener("online", again);
    document.addEventListener("visibilitychange", again);
    return () => {
      window.removeEventListener("online", again);
      document.removeEventListener("visibilitychange", again);
      void outbox.then((opened) => { opened.close(); });
    };
  }

  /** After a sign-in of `account`, or where somebody asks for it. Only its own: the page may still be another's. */
  hurry(account = this.#account): void {
    if (account !== this.#account) return;
    void this.#outbox?.then((outbox) => outbox.hurry());
  }

  get unsent(): readonly Deed[] {
    return unsentOf(this.deeds, this.#account);
  }

  sheetOf(round: number, series: number, server: JurySheet | null): ShownSheet {
    const deed = this.#deed(keyOfSheet(this.#account, round, series));
    const { sheet, replaced } = this.#known(round, series, server);
    const state = stateOf(deed, sheet !== null);
    const local = deed?.kind === "sheet" && deed.state !== "refused" ? deed : null;
    const { grades, skipped } = local ?? sheet ?? NOTHING;
    return { grades, skipped, state, saved_at: sheet ? sheet.saved_at : null, problem: deed ? deed.problem : null, replaced: replaced && !local };
  }

  #known(round: number, series: number, server: JurySheet | null): { sheet: JurySheet | null; replaced: boolean } {
    const answered = this.#sheets.get(keyOfSheet(this.#account, round, series));
    const newer = answered && answered.sheet.revision >= (server?.revision ?? 0);
    return newer ? { sheet: answered.sheet, replaced: !answered.applied } : { sheet: server, replaced: false };
  }

  async saveSheet(change: SheetChange, server: JurySheet | null): Promise<void> {
    const known = this.#known(change.round, change.series, server).sheet?.revision ?? 0;
    await (await this.#outbox)?.saveSheet(change, known);
  }

  /** The notes of a series: those of the server with the changes of this device upon them. */
  notesOf(series: number, server: readonly Note[]): Note[] {
    const notes = new Map(server.map((note) => [note.id, note]));
    const place = (id: string, note: Note | null): void => {
      if (!note) notes.delete(id);
      else if (note.series === series && note.revision >= (notes.get(id)?.revision ?? 0)) notes.set(id, note);
    };
    for (const [id, note] of this.#notes) place(id, note);
    for (const deed of this.deeds) if (deed.kind === "note" && deed.state !== "refused") place(deed.id, asNote(deed));
    return [...notes.values()].sort((a, b) => a.number - b.number || a.second - b.second);
  }

  noteState(id: string): SavedState {
    return stateOf(this.#deed(keyOfNote(this.#account, id)), true);
  }

  async saveNote(change: NoteChange, known: number): Promise<void> {
    await (await this.#outbox)?.saveNote(change, known);
  }

  #deed(key: string): Deed | undefined {
    return this.deeds.find((deed) => deed.key === key);
  }

  #send = async (deed: Deed): Promise<void> => {
    try {
      await (deed.kind === "sheet" ? this.#sendSheet(deed) : this.#sendNote(deed));
    } catch (error) {
      throw problemFrom(error);
    }
  };

  async #sendSheet({ key, account, round, series, id, revision, grades, skipped }: SheetDeed): Promise<void> {
    const path = `/api/jury/rounds/${String(round)}/titles/${String(series)}/sheet`;
    const saved = await put<SheetSaved>(path, { id, juror: account, revision, grades, skipped });
    this.#sheets = new Map(this.#sheets).set(key, saved);
  }

  async #sendNote({ id, account, episode, second, text, revision }: NoteDeed): Promise<void> {
    const { note } = await put<NoteSaved>(`/api/jury/notes/${id}`, { juror: account, episode, second, text, revision });
    this.#notes = new Map(this.#notes).set(id, note);
  }
}

function asNote({ id, series, episode, number, second, text, revision, made_at }: NoteDeed): Note | null {
  return text === null ? null : { id, series, episode, number, second, text, revision, saved_at: new Date(made_at).toISOString() };
}

export const kept = new Kept();
