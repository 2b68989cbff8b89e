import { keep, readKept, SETTINGS_KEY as KEY } from "./kept";

interface Kept {
  saver: boolean;
  muted: boolean;
  speed: number;
  /** speeds chosen for a series, by its slug; the last few */
  speeds: Record<string, number>;
  /** subtitles on a black plate, in the strongest contrast */
  subtitleContrast: boolean;
  /** language of the subtitles; "off"; null: the page's language where there is one */
  subtitles: string | null;
  /** languages of dubs, for whoever has chosen one: that one, then the page's; none: films' own sound */
  sounds: readonly string[];
  /** 1 is 100 % */
  subtitleSize: number;
  /** bytes of film a day over the network; null: as many as it takes */
  budget: number | null;
}

const KEPT_SPEEDS = 40;
const USUAL: Kept = { saver: false, muted: false, speed: 1, speeds: {}, subtitleContrast: false, subtitles: null, sounds: [], subtitleSize: 1, budget: null };

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

  /** A series keeps the speed that was chosen for it. */
  speedOf(slug: string): number {
    return this.#kept.speeds[slug] ?? this.#kept.speed;
  }

  chooseSpeed(slug: string, speed: number): void {
    const others = Object.entries(this.#kept.speeds).filter(([other]) => other !== slug).slice(-KEPT_SPEEDS);
    this.#set({ speeds: Object.fromEntries([...others, [slug, speed]]) });
  }

  get subtitleContrast(): boolean { return this.#kept.subtitleContrast; }
  set subtitleContrast(subtitleContrast: boolean) { this.#set({ subtitleContrast }); }

  get subtitles(): string | null { return this.#kept.subtitles; }
  set subtitles(subtitles: string | null) { this.#set({ subtitles }); }

  get sounds(): readonly string[] { return this.#kept.sounds; }
  set sounds(sounds: readonly string[]) { this.#set({ sounds }); }

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
