/** What this screen tells of itself: what is on it at this moment. */

import type { FeedItem } from "../api/types";
import { device, type Showing } from "./device/device.svelte";
import { hall } from "./hall/hall.svelte";
import { running } from "./hall/running.svelte";

export function showing(recoveries: number): Showing {
  const item = onScreen();
  const second = hall.visitor ? null : (running.reel?.second ?? null);
  return {
    state: state(),
    ...namesOf(item),
    second: second === null ? null : Math.round(second * 10) / 10,
    recoveries: recoveries + (running.reel?.recoveries ?? 0),
  };
}

function namesOf(item: FeedItem | null): Pick<Showing, "series" | "episode"> {
  return item ? { series: item.series.id, episode: item.episode.id } : { series: null, episode: null };
}

function onScreen(): FeedItem | null {
  if (hall.visitor) return hall.visitor.film;
  const shown = running.reel?.shown;
  return shown?.kind === "film" ? shown.item : null;
}

function state(): Showing["state"] {
  if (!hall.show) return "loading";
  if (device.mode !== "play") return device.mode === "pause" ? "paused" : "blank";
  if (hall.visitor) return "in_use";
  if (hall.show.asleep) return "asleep";
  return hall.safe ? "safe" : "loop";
}
