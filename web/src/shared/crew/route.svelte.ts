/** The address as state: pages below /studio or /desk without a reload. */

class Route {
  path = $state(location.pathname);
  /** Somebody has gone somewhere since the page was opened. */
  #gone = false;

  constructor() {
    window.addEventListener("popstate", () => {
      this.path = location.pathname;
    });
  }

  /** `keep`: what is shown beside a list changes, and the list stays where it is. */
  go(path: string, { keep = false } = {}): void {
    history.pushState(null, "", path + location.search);
    this.path = path;
    if (keep) return;
    this.#gone = true;
    scrollTo(0, 0);
    this.arrived();
  }

  /** A reader of the screen hears the new page from its heading on; said again by a page whose code came later. */
  arrived(): void {
    if (this.#gone) requestAnimationFrame(() => document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true }));
  }

  /** For links: a plain click stays on the page, everything else is the browser's. */
  follow = (event: MouseEvent): void => {
    const link = event.currentTarget as HTMLAnchorElement;
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.go(new URL(link.href).pathname);
  };
}

export const route = new Route();
