/** What the navigation of a desk is made of. */

import type { Component } from "svelte";

export interface NavItem {
  href: string;
  label: string;
  icon: Component<{ class?: string }>;
  count?: number | undefined;
  on?: boolean;
  /** Another page, which opens beside this one. */
  away?: boolean;
  /** On a phone it stands in the bar at the foot; without any such item the whole row stands above the page. */
  bar?: boolean | undefined;
}
