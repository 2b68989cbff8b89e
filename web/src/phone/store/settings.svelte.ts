import { keep, readKept } from "./kept";

interface Kept {
  saver: boolean;
  muted: boolean;
  speed: number;
  /** language of the subtitles; "off"; null: the page's language where there is one */
  subtitles: string | null;
  /** 1 is 100 % */
  subtitleSize: number;
  /** bytes of film a day over the network; null: as many as it takes */
  budget: number | null;
}

const KEY = "tallscreen.settings";
const USUAL: Kept = { saver: false, muted: false, speed: 1, subtitles: null, subtitleSize: 1, budget: null };

/** The phone itself asks pages to save data. */
function wantsLess(): boolean {
  return "connection" in navigator && (navigator.connection as { saveData?: boolean } | undefined)?.saveData === true;
}

/** How this reader likes to watch. */
class Settings {
  #kept = $state.raw<Kept>({ ...USUAL, saver: wantsLess(), ...readKept<Partial<Kept>>(KEY, {}) });

  get saver(): boolean { return this.#kept.saver; }
  set saver(saver: boolean) { this.#set({ saver }); }

  get muted(): boolean { return this.#kept.muted; }
  set muted(muted: boolean) { this.#set({ muted }); }

  get speed(): number { return this.#kept.speed; }
  set speed(speed: number) { this.#set({ speed }); }

  get subtitles(): string | null { return this.#kept.subtitles; }
  set subtitles(subtitles: string | null) { this.#set({ subtitles }); }

  get subtitleSize(): number { return this.#kept.subtitleSize; }
  set subtitleSize(subtitleSize: number) { this.#set({ subtitleSize }); }

  get budget(): number | null { return this.#kept.budget; }
  set budget(budget: number | null) { this.#set({ budget }); }

  #set(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    keep(KEY, this.#kept);
  }
}

export const settings = new Settings();
