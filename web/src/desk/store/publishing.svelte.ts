/** What organisers do on the way to a publication, of an award of the audience or of a jury. */

import { post, put } from "../../api/client";
import type { Problem } from "../../api/problem";
import type { ToldPlanIn } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";

/** Publishing seals, counts and compares everything. */
const PATIENCE = 120_000;

export abstract class Publishing {
  /** Of the last thing somebody did, and where it is to be said. */
  refused = $state.raw<{ place: string; problem: Problem } | null>(null);
  busy = $state("");
  /** What opens a ceremony's envelope, once somebody has asked for it. */
  code = $state("");

  /** `own` is the address at the desk, like "awards/7". */
  constructor(readonly own: string) {}

  abstract load(): Promise<void>;

  /** True where it was done; otherwise `refused` says why, at that place of the page. */
  async act(place: string, path: string, body?: unknown, method: "POST" | "PUT" = "POST"): Promise<boolean> {
    if (this.busy) return false;
    this.busy = place;
    this.refused = null;
    try {
      await (method === "PUT" ? put : post)(`/api/desk/${path}`, body, { timeout: PATIENCE });
      return true;
    } catch (error) {
      this.refused = { place, problem: problemFrom(error) };
      return false;
    } finally {
      await this.load();
      this.busy = "";
    }
  }

  setPlan = (plan: Omit<ToldPlanIn, "target"> & Pick<Partial<ToldPlanIn>, "target">): Promise<boolean> => this.act("plan", `${this.own}/plan`, plan, "PUT");

  publish = (agreed: boolean): Promise<boolean> => this.act("publish", `${this.own}/publish${agreed ? "/agree" : ""}`);

  async showCode(): Promise<void> {
    this.busy = "code";
    this.refused = null;
    try {
      this.code = (await post<{ code: string }>(`/api/desk/${this.own}/ceremony/code`)).code;
    } catch (error) {
      this.refused = { place: "code", problem: problemFrom(error) };
    } finally {
      this.busy = "";
    }
  }
}
