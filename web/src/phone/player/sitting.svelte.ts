import type { Problem } from "../../api/problem";
import type { FeedItem } from "../../api/types";
import { further, type Load } from "../../shared/player/governor";
import { words } from "../../shared/words.svelte";
import { router } from "../router.svelte";
import { catalogue } from "../store/catalogue.svelte";
import { likes } from "../store/likes.svelte";
import { reelOf } from "../store/reels";
import { settings } from "../store/settings.svelte";
import { Chrome } from "./chrome.svelte";
import type { Film } from "./film.svelte";
import type { Heartbeats } from "./heartbeats";
import { subtitleOf } from "./subtitle-of";
import type { Seen } from "./seen";
import type { Summaries } from "./summaries";
import type { Asked } from "../ballots/asked";

type Asking = typeof import("./question.svelte");

const NAME_MS = 1500;
const LOOK_MS = 500;
const REMEMBER_EVERY = 4;
const DOUBLE = 2;
/** The outer parts of the film where two taps seek, and how many seconds. */
const SIDE = 1 / 3;
const SEEK = 10;
/** Episodes that follow each other by themselves until the reader is asked whether somebody is there. */
const ALONE = 12;
/** The end is told this many seconds before, and can be cancelled. */
const LEAVING = 3;

export type Fast = "no" | "held" | "locked";

/** One reader watching one series: which episode, how it plays, what comes after it. */
export class Sitting {
  readonly slug: string;
  readonly chrome = new Chrome();
  number = $state(0);
  /** counts the steps, so that the stage can share out its three elements */
  position = $state(0);
  film = $state.raw<Film | null>(null);
  /** until the browser has let the first film play, or not */
  starting = $state(true);
  fast = $state<Fast>("no");
  /** plays without sound only because nobody has touched the page yet */
  silent = $state(false);
  /** the name of the episode is shown for a moment after a swipe */
  named = $state(false);
  /** what the next episode may load */
  spare = $state<Load>("nothing");
  finished = $state(false);
  /** the reader does not want the next episode after this one */
  stays = $state(false);
  /** nobody has touched the page for many episodes: the next one waits for a word */
  asleep = $state(false);
  /** counts the hearts given by two taps, to show each */
  hearts = $state(0);
  #alone = 0;
  /** the last tap paused the film, or let it go on */
  #paused = false;
  #asking = $state.raw<Asking | null>(null);
  readonly #reel;
  readonly #step: (direction: 1 | -1) => void;
  #beats: Heartbeats | null = null;
  #summaries: Summaries | null = null;
  #seen: Seen | null = null;
  #naming: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  #looks = 0;
  #quieted = false;
  /** when the episode in place was asked for, on the page's clock; that of a link with its page */
  #wantedAt = 0;
  #waitingForNext: ReturnType<typeof setTimeout> | undefined;

  constructor(slug: string, number: number, step: (direction: 1 | -1) => void) {
    this.slug = slug;
    this.number = number;
    this.#reel = reelOf(slug);
    this.#step = step;
  }

  get item(): FeedItem | null {
    return this.#reel.item(this.number);
  }

  get problem(): Problem | null {
    return this.#reel.problem;
  }

  get next(): FeedItem | null {
    const number = this.#reel.after(this.number);
    return typeof number === "number" ? this.#reel.item(number) : null;
  }

  get previous(): FeedItem | null {
    const number = this.#before(this.number);
    return number === null ? null : this.#reel.item(number);
  }

  get episodes(): readonly { number: number; duration_ms: number }[] {
    const whole = catalogue.series(this.slug).value?.episodes;
    if (whole) return whole;
    return [this.previous, this.item, this.next].flatMap((item) => (item ? [item.episode] : []));
  }

  /** The next episode begins in a moment by itself. */
  get leaving(): boolean {
    const { film } = this;
    return !this.stays && this.next !== null && film !== null && film.playing && film.duration > 4 * LEAVING && film.duration - film.time <= LEAVING;
  }

  get question(): Asked | null {
    return this.item && this.#asking ? this.#asking.questionOf(this.item) : null;
  }

  get subtitle(): { lang: string; url: string } | null {
    return subtitleOf(this.item?.stream.subtitles ?? [], settings.subtitles, words.lang);
  }

  open(): void {
    void import("./accounts").then(({ Heartbeats, Seen, Summaries }) => {
      this.#seen = new Seen(this.slug);
      this.#beats = new Heartbeats(() => this.item?.entries.some(({ award }) => catalogue.award(award)?.watch) ?? false);
      this.#summaries = new Summaries();
      if (this.item) this.#summaries.want(this.item.episode.id, this.#wantedAt);
    }, () => undefined);
    this.chrome.touch();
    this.#looking = setInterval(() => { this.#look(); }, LOOK_MS);
    // What is not needed for the picture waits until the picture is there.
    setTimeout(() => {
      if (!catalogue.festival.value) void catalogue.load();
      void catalogue.series(this.slug).load();
      void import("./question.svelte").then((asking) => { this.#asking = asking; }, () => undefined);
    }, 700);
  }

  openVote(): void {
    if (this.#asking && this.question) router.openSheet(this.#asking.sheetFor(this.question));
  }

  /** The reader goes, perhaps for good. */
  leave(): void {
    this.remember();
    this.#summaries?.tell(this.film);
  }

  close(): void {
    this.leave();
    this.#beats?.flush();
    this.chrome.close();
    clearInterval(this.#looking);
    clearTimeout(this.#naming);
    clearTimeout(this.#waitingForNext);
  }

  /** The address names this episode. */
  at(number: number): void {
    if (number !== this.number) {
      this.leave();
      this.#wantedAt = performance.now();
      this.spare = "nothing";
      this.number = number;
      this.finished = this.stays = false;
    }
    void this.#reel.have(number, this.#before(number));
  }

  retry(): void {
    this.#reel.retry(this.number);
  }

  take(film: Film): void {
    this.film = film;
  }

  /** The film in place holds the episode in place. */
  async begin(film: Film): Promise<void> {
    const touched = "userActivation" in navigator && navigator.userActivation.hasBeenActive;
    film.mute(settings.muted || !touched);
    if (this.item) this.#summaries?.want(this.item.episode.id, this.#wantedAt);
    film.video.playbackRate = settings.speedOf(this.slug);
    this.fast = "no";
    this.finished = false;
    if (router.sheet?.startsWith("ballot")) return;
    await film.play();
    this.starting = false;
    this.silent = film.quiet && !settings.muted;
  }

  stepped(direction: 1 | -1): void {
    const target = direction === 1 ? this.next : this.previous;
    if (!target) return;
    this.#seen?.owe(this.film, this.item);
    this.#summaries?.tell(this.film);
    [this.#wantedAt, this.spare] = [performance.now(), "nothing"];
    this.number = target.episode.number;
    this.position += direction;
    this.finished = this.stays = false;
    this.#name();
    router.replaceSoon({ page: "film", slug: this.slug, number: this.number });
    void this.#reel.have(this.number, this.#before(this.number));
  }

  step(direction: 1 | -1): void {
    this.#step(direction);
  }

  choose(number: number): void {
    router.closeSheet(() => {
      if (number !== this.number) router.replace({ page: "film", slug: this.slug, number });
      else void this.film?.play();
    });
  }

  /** Two quick taps like the episode, or seek at a side, as the festival wants it; a pause by the first of them is taken back. */
  tap(part: number, double: boolean): void {
    if (double && this.#doubled(part)) {
      if (this.#paused) this.toggle();
      return;
    }
    this.#paused = false;
    if (this.fast === "locked") this.#speed("no");
    else if (this.silent) this.unmute();
    else {
      this.toggle();
      this.#paused = true;
    }
    this.chrome.touch();
  }

  #doubled(part: number): boolean {
    const side = part < SIDE ? -1 : part > 1 - SIDE ? 1 : 0;
    if (catalogue.festival.value?.double_tap !== "seek") {
      this.like(true);
      this.hearts += 1;
      return true;
    }
    if (side !== 0) this.skip(side * SEEK);
    return side !== 0;
  }

  get liked(): boolean {
    return this.item !== null && likes.has(this.item.episode.id);
  }

  like(liked: boolean): void {
    if (this.item) likes.set(this.item.episode.id, liked);
    this.chrome.touch();
  }

  /** Somebody is there. */
  wake(): void {
    this.#alone = 0;
    this.asleep = false;
  }

  toggle(): void {
    const { film } = this;
    if (!film) return;
    // The element knows at once, its events come later: between two quick taps, too late.
    if (film.video.paused) void film.play();
    else film.pause();
    this.chrome.touch();
  }

  hold(held: boolean): void {
    if (held && this.film?.playing && !this.film.waiting) {
      this.#speed("held");
      this.chrome.hide();
    } else if (this.fast === "held") {
      this.#speed("no");
    }
  }

  lock(): void {
    if (this.fast === "held") this.fast = "locked";
  }

  seek(seconds: number): void {
    this.finished = false;
    this.film?.seek(seconds);
    this.chrome.touch();
  }

  skip(seconds: number): void {
    if (this.film) this.seek(Math.min(this.film.duration - 0.5, Math.max(0, this.film.time + seconds)));
  }

  unmute(): void {
    this.silent = false;
    settings.muted = false;
    this.film?.mute(false);
    this.chrome.touch();
  }

  toggleSound(): void {
    const { film } = this;
    if (!film) return;
    if (film.muted) {
      this.unmute();
      return;
    }
    settings.muted = true;
    film.mute(true);
    this.chrome.touch();
  }

  toggleSubtitles(): void {
    settings.subtitles = this.subtitle ? "off" : null;
    this.chrome.touch();
  }

  again(): void {
    this.finished = false;
    const first = this.episodes[0]?.number ?? this.number;
    if (first === this.number) this.seek(0);
    else router.replace({ page: "film", slug: this.slug, number: first });
    void this.film?.play();
  }

  /** A ballot over the film: the film is silent behind it, and goes on after it. */
  quiet(covered: boolean): void {
    const { film } = this;
    if (!film) return;
    if (covered) {
      this.#quieted = film.playing;
      film.pause();
    } else if (this.#quieted && !film.ended) {
      this.#quieted = false;
      void film.play();
    }
  }

  /** The episode has ended and nothing lies over it: the ballot once, then the next episode, or the end. */
  goOn(): void {
    this.remember();
    this.#beat();
    this.#beats?.flush();
    const offered = this.#asking?.offeredSheet(this.question) ?? null;
    if (offered !== null) {
      router.openSheet(offered);
      return;
    }
    if (this.stays) this.chrome.touch();
    else if (this.next) this.#follow();
    else if (this.#reel.after(this.number) === null) this.finished = true;
    else this.#waitForNext();
  }

  #follow(): void {
    this.#alone += 1;
    if (this.#alone > ALONE) this.asleep = true;
    else this.step(1);
  }

  remember(): void {
    this.#seen?.keep(this.film, this.item);
  }

  #before(number: number): number | null {
    const known = catalogue.series(this.slug).value?.episodes.filter((episode) => episode.number < number);
    return known?.at(-1)?.number ?? this.#reel.before(number);
  }

  #waitForNext(): void {
    void this.#reel.have(this.number, null);
    clearTimeout(this.#waitingForNext);
    this.#waitingForNext = setTimeout(() => { if (this.film?.ended && router.sheet === null) this.goOn(); }, LOOK_MS);
  }

  #look(): void {
    this.#beat();
    const { film } = this;
    const playing = film !== null && film.playing;
    if (playing && !film.waiting) this.#summaries?.played((LOOK_MS / 1000) * film.video.playbackRate, film.rung);
    this.spare = settings.saver ? "nothing" : further(this.spare, film?.spare ?? "nothing");
    this.#looks += 1;
    if (this.#looks % REMEMBER_EVERY === 0 && playing) this.remember();
  }

  #beat(): void {
    const { film, item } = this;
    if (!film || !item || film.item?.episode.id !== item.episode.id) return;
    const playing = film.ended || (film.playing && !film.waiting);
    this.#beats?.look({ episode: item.episode.id, seconds: film.ended ? film.duration : film.time, playing, speed: film.video.playbackRate });
  }

  #name(): void {
    this.chrome.hide();
    this.named = true;
    clearTimeout(this.#naming);
    this.#naming = setTimeout(() => { this.named = false; }, NAME_MS);
  }

  #speed(fast: Fast): void {
    this.fast = fast;
    if (this.film) this.film.video.playbackRate = fast === "no" ? settings.speedOf(this.slug) : DOUBLE;
  }
}
