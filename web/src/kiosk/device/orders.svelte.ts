/** What an organiser orders from the desk: each once, also over a reload. */

import { glass } from "../glass.svelte";
import { device, type Command } from "./device.svelte";
import type { Mode } from "./manifest";
import { takePicture } from "./picture";
import { fact, keepFact } from "./shelf";

const NAMED = 15_000;
const SAID = 60_000;
const REMEMBERED = 50;
const MODES: readonly string[] = ["play", "pause", "blank"] satisfies Mode[];

interface Done {
  id: number;
  outcome: "done" | "failed";
}

class Orders {
  /** The screen shows its name. */
  named = $state(false);
  said = $state<string | null>(null);
  #done: Done[] = [];
  readonly #doing = new Set<number>();
  #naming: ReturnType<typeof setTimeout> | undefined;
  #saying: ReturnType<typeof setTimeout> | undefined;

  async open(): Promise<void> {
    this.#done = (await fact<Done[]>("done")) ?? [];
  }

  async obey(command: Command): Promise<void> {
    const { id, kind } = command;
    if (this.#doing.has(id)) return;
    const before = this.#done.find((each) => each.id === id);
    if (before) {
      await this.#report(before);
      return;
    }
    this.#doing.add(id);
    const outcome = await this.#carryOut(command).then(() => "done" as const, () => "failed" as const);
    this.#done = [...this.#done, { id, outcome }].slice(-REMEMBERED);
    await keepFact("done", this.#done).catch(() => undefined);
    await this.#report({ id, outcome });
    this.#doing.delete(id);
    if (kind === "reload") location.reload();
    void device.beat();
  }

  /** Where it is not heard, the order comes again, and so does this. */
  async #report({ id, outcome }: Done): Promise<void> {
    await device.commandDone(id, outcome).catch(() => undefined);
  }

  async #carryOut({ kind, text }: Command): Promise<void> {
    if (MODES.includes(kind)) await device.setMode(kind as Mode);
    else if (kind === "identify") this.#name();
    else if (kind === "say") this.#say(text ?? "");
    else if (kind === "screenshot") await this.#picture();
  }

  #name(): void {
    clearTimeout(this.#naming);
    this.named = true;
    this.#naming = setTimeout(() => { this.named = false; }, NAMED);
  }

  #say(text: string): void {
    clearTimeout(this.#saying);
    this.said = text || null;
    this.#saying = setTimeout(() => { this.said = null; }, SAID);
  }

  async #picture(): Promise<void> {
    const picture = glass.screen ? await takePicture(glass.screen, glass.rotation) : null;
    if (!picture) throw new Error("no picture of the screen could be made");
    await device.sendPicture(picture);
  }
}

export const orders = new Orders();
