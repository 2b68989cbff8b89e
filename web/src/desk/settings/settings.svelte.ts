/** The festival's settings at the desk. */

import { get, post, put, remove } from "../../api/client";
import { NO_NETWORK, type Problem, problemOf, unreachable } from "../../api/problem";
import type { FestivalChange, FestivalSettings, Verdict, Words } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";

/** While a picture is being made. */
const LOOK_AGAIN = 1500;
export type MarkKind = "logo" | "sponsor";

class SettingsStore {
  settings = $state.raw<FestivalSettings | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly making = $derived(this.settings?.logo?.state === "queued" || this.settings?.card?.state === "queued");

  async load(): Promise<void> {
    try {
      this.settings = await get<FestivalSettings>("/api/desk/festival/settings", { retries: 1 });
      this.problem = null;
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  async change(festival: FestivalChange): Promise<void> {
    this.settings = await put<FestivalSettings>("/api/desk/festival/settings", festival);
  }

  async dress(accent: string | null, sponsor: Words): Promise<void> {
    this.settings = await put<FestivalSettings>("/api/desk/festival/theme", { accent, sponsor });
  }

  judge(accent: string, signal: AbortSignal): Promise<Verdict> {
    return post<Verdict>("/api/desk/festival/accent", { accent }, { signal });
  }

  async send(kind: MarkKind, file: File): Promise<void> {
    const headers = { Accept: "application/json", "Content-Type": "application/octet-stream" };
    const answer = await fetch(`/api/desk/festival/marks/${kind}`, { method: "POST", body: file, headers }).catch(() => {
      throw unreachable(NO_NETWORK);
    });
    if (!answer.ok) throw await problemOf(answer);
    this.settings = (await answer.json()) as FestivalSettings;
  }

  async leave(kind: MarkKind): Promise<void> {
    this.settings = await remove<FestivalSettings>(`/api/desk/festival/marks/${kind}`);
  }

  /** Until the picture is there, or cannot be; until the returned function is called. */
  wait(): () => void {
    const timer = setInterval(() => void this.load(), LOOK_AGAIN);
    return () => { clearInterval(timer); };
  }
}

export const store = new SettingsStore();
