/**
 * The pages of the desk, in the order of its navigation. A new page is one line in PAGES; its name is said as
 * "desk.nav.<name>" in words/<lang>/desk.json, and its own message file is named in main.ts.
 */

import Chart from "@lucide/svelte/icons/chart-column";
import Gavel from "@lucide/svelte/icons/gavel";
import Gauge from "@lucide/svelte/icons/layout-dashboard";
import Film from "@lucide/svelte/icons/film";
import Files from "@lucide/svelte/icons/files";
import Scroll from "@lucide/svelte/icons/scroll-text";
import Lock from "@lucide/svelte/icons/lock-keyhole";
import Inbox from "@lucide/svelte/icons/inbox";
import Badge from "@lucide/svelte/icons/id-card-lanyard";
import Screens from "@lucide/svelte/icons/monitor-smartphone";
import Shield from "@lucide/svelte/icons/shield-alert";
import Settings from "@lucide/svelte/icons/settings";
import Trophy from "@lucide/svelte/icons/trophy";
import Users from "@lucide/svelte/icons/users";
import type { Component } from "svelte";
import type { Account, DeskCounts } from "../api/types";
import type { Key } from "../shared/words.svelte";

type NameIn<Each> = Each extends `desk.nav.${infer Name}` ? Name : never;

export interface DeskPage {
  /** The first part of its address below /desk; the overview is /desk itself. */
  name: NameIn<Key>;
  icon: Component<{ class?: string }>;
  /** A component that may take the account; Loaded.svelte gives it. */
  load: () => Promise<{ default: unknown }>;
  /** Not for auditors. */
  organisers?: true;
  /** What is counted beside its name. */
  count?: keyof DeskCounts;
  /** One of the few in the bar at the foot of a phone; the others are behind "More". */
  bar?: true;
}

export const PAGES: readonly DeskPage[] = [
  { name: "overview", icon: Gauge, load: () => import("./OverviewPage.svelte"), bar: true },
  { name: "programme", icon: Film, load: () => import("./programme/ProgrammePage.svelte"), organisers: true, bar: true },
  { name: "review", icon: Inbox, load: () => import("./review/ReviewPage.svelte"), organisers: true, count: "review", bar: true },
  { name: "juries", icon: Gavel, load: () => import("./juries/JuriesPages.svelte") },
  { name: "awards", icon: Trophy, load: () => import("./AwardsPages.svelte"), bar: true },
  { name: "flags", icon: Shield, load: () => import("./FlagsPage.svelte"), count: "flags" },
  { name: "voters", icon: Badge, load: () => import("./voters/VotersPage.svelte"), organisers: true },
  { name: "paper", icon: Files, load: () => import("./paper/PaperPages.svelte") },
  { name: "kiosks", icon: Screens, load: () => import("./kiosks/KiosksPages.svelte"), count: "kiosks" },
  { name: "people", icon: Users, load: () => import("./people/PeoplePage.svelte"), organisers: true },
  { name: "screeners", icon: Lock, load: () => import("./screeners/AccessLogPage.svelte"), organisers: true },
  { name: "audit", icon: Scroll, load: () => import("./audit/AuditPage.svelte") },
  { name: "reports", icon: Chart, load: () => import("./report/ReportPage.svelte") },
  { name: "settings", icon: Settings, load: () => import("./SettingsPage.svelte") },
];

export function pagesFor(role: Account["role"]): DeskPage[] {
  return PAGES.filter(({ organisers }) => !organisers || role === "organiser");
}

export function addressOf({ name }: DeskPage): string {
  return name === "overview" ? "/desk" : `/desk/${name}`;
}

/** The page at an address; the overview where there is none, or not for this role. */
export function pageAt(path: string, role: Account["role"]): DeskPage | undefined {
  const pages = pagesFor(role);
  const name = /^\/desk\/([a-z-]+)/.exec(path)?.[1];
  return pages.find((page) => page.name === name) ?? pages[0];
}
