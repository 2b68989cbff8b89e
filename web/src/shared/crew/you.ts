/** Where one's own page is: below the page that is open. */

import { route } from "./route.svelte";

const PLACE = /^\/([a-z]+)/;

export function homeHref(): string {
  return `/${PLACE.exec(route.path)?.[1] ?? ""}`;
}

export function youHref(): string {
  return `${homeHref()}/you`;
}

export function isYou(): boolean {
  return route.path === youHref();
}
