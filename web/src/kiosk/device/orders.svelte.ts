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

class Orders {
  /** The screen shows its name. */
  named = $state(false);
  said = $state<string | null>(null);
  #done: number[] = [];
  #naming: ReturnType<typeof setTimeout> | undefined;
  #saying: ReturnType<typeof setTimeout> | undefined;

  async open(): Promise<void> {
    this.#done = (await fact<number[]>("done")) ?? [];
  }

  async obey(command: Command): Promise<void> {
    if (this.#done.includes(command.id)) return;
    this.#done = [...this.#done, command.id].slice(-REMEMBERED);
    await keepFact("done", this.#done);
    let outcome: "done" | "failed" = "done";
    try {
      await this.#carryOut(command);
    } catch {
      outcome = "failed";
    }
    // Whoever does not hear it sees it in the next heartbeat.
    await device.commandDone(command.id, outcome).catch(() => undefined);
    if (command.kind === "reload") location.reload();
    void device.beat();
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
