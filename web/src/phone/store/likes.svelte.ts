import { keep, readKept } from "./kept";

const KEY = "tallscreen.likes";
/** The oldest are forgotten: hearts are no archive. */
const KEPT = 2000;

/** Episodes this phone's reader likes, by their ids. Only their number ever leaves the phone, with the summary of a playing. */
class Likes {
  #liked = $state.raw<readonly number[]>(readKept<number[]>(KEY, []));

  has(episode: number): boolean {
    return this.#liked.includes(episode);
  }

  set(episode: number, liked: boolean): void {
    if (this.has(episode) === liked) return;
    const others = this.#liked.filter((each) => each !== episode);
    this.#liked = liked ? [...others, episode].slice(-KEPT) : others;
    keep(KEY, this.#liked);
  }
}

export const likes = new Likes();
