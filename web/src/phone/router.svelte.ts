import { takeArrival } from "./entry/arrival";
import { MOVED_MS } from "./moved";
import { pathOf, routeOf, type Route } from "./routes";

interface Entry {
  /** how many entries of ours lie below this one */
  depth: number;
  sheet: string | null;
}

/**
 * Where the reader is: a page, and perhaps one sheet over it. Both live in the browser's history, so that the phone's
 * own way back closes the sheet first, then the film.
 */
class Router {
  route = $state.raw<Route>(arrive());
  sheet = $state.raw<string | null>(null);
  #depth = 0;
  #afterwards: () => void = () => undefined;
  #soon: Route | null = null;

  constructor() {
    const entry = this.#entry();
    this.#depth = entry.depth;
    history.replaceState({ ...entry, sheet: null } satisfies Entry, "");
    window.addEventListener("popstate", () => { this.#read(); });
  }

  go(route: Route): void {
    this.#flush();
    if (this.sheet === null) {
      this.#depth += 1;
      history.pushState(this.#state(null), "", addressOf(route));
    } else {
      history.replaceState(this.#state(null), "", addressOf(route));
    }
    this.#show(route);
    window.scrollTo(0, 0);
  }

  /** The same place in history under another address: the next episode, for one. */
  replace(route: Route): void {
    this.#soon = null;
    history.replaceState(this.#state(this.sheet), "", addressOf(route));
    this.route = route;
  }

  /** The same once the picture has moved: to write an address down takes the browser longer than a frame. */
  replaceSoon(route: Route): void {
    if (!this.#soon) setTimeout(() => { this.#flush(); }, MOVED_MS);
    this.#soon = route;
  }

  #flush(): void {
    if (this.#soon) this.replace(this.#soon);
  }

  /** Back within the festival; a reader who came by a link has nothing behind and goes to `otherwise`. */
  back(otherwise: Route): void {
    if (this.#depth > 0) {
      history.back();
      return;
    }
    this.replace(otherwise);
    this.#show(otherwise);
  }

  openSheet(name: string): void {
    this.#flush();
    if (this.sheet === null) {
      this.#depth += 1;
      history.pushState(this.#state(name), "", location.href);
    } else {
      history.replaceState(this.#state(name), "", location.href);
    }
    this.sheet = name;
  }

  /** `then` runs on the page below, once the browser has gone back to it. */
  closeSheet(then: () => void = () => undefined): void {
    if (this.sheet === null) {
      then();
      return;
    }
    this.#afterwards = then;
    history.back();
  }

  #show(route: Route): void {
    this.route = route;
    this.sheet = null;
  }

  #state(sheet: string | null): Entry {
    return { depth: this.#depth, sheet };
  }

  #entry(): Entry {
    const state = history.state as Partial<Entry> | null;
    return { depth: state?.depth ?? 0, sheet: state?.sheet ?? null };
  }

  #read(): void {
    this.#soon = null;
    const entry = this.#entry();
    this.#depth = entry.depth;
    this.route = routeOf(location.pathname);
    this.sheet = entry.sheet;
    const then = this.#afterwards;
    this.#afterwards = () => undefined;
    then();
  }
}

/** Before anything reads the address: a badge or a hall's code is taken out of it. */
function arrive(): Route {
  takeArrival(location, history);
  return routeOf(location.pathname);
}

/** ?lang= stays while one walks about. */
function addressOf(route: Route): string {
  const lang = new URLSearchParams(location.search).get("lang");
  return pathOf(route) + (lang ? `?lang=${encodeURIComponent(lang)}` : "");
}

export const router = new Router();
