/** How an episode's state looks: word, icon and colour together, and what stands beside them. */

import ArrowUp from "@lucide/svelte/icons/arrow-up";
import Check from "@lucide/svelte/icons/check";
import Clock from "@lucide/svelte/icons/clock";
import Film from "@lucide/svelte/icons/film";
import FolderUp from "@lucide/svelte/icons/folder-up";
import Hourglass from "@lucide/svelte/icons/hourglass";
import Pause from "@lucide/svelte/icons/pause";
import Alert from "@lucide/svelte/icons/triangle-alert";
import X from "@lucide/svelte/icons/x";
import type { Component } from "svelte";
import type { EpisodeState } from "../../api/types";
import { words } from "../../shared/words.svelte";
import type { OnItsWay } from "../upload/sending.svelte";
import { improvementOf } from "./rungs";

export interface Look {
  tone: "" | "kept" | "beam" | "wait" | "loss";
  icon: Component<{ class?: string }>;
  text: string;
  /** 0..1, drawn as a line */
  part?: number;
  beside?: string;
}

export function lookOf(episode: EpisodeState, sending: OnItsWay | undefined): Look {
  return sending ? lookOfSending(sending) : lookOfState(episode);
}

function lookOfSending(sending: OnItsWay): Look {
  const { phase, sent, size } = sending;
  const part = size > 0 ? sent / size : 0;
  const percent = words.percent(Math.floor(part * 100) / 100);
  switch (phase) {
    case "next":
      return { tone: "", icon: Clock, text: words.say("studio.sends_next") };
    case "sending":
      return { tone: "beam", icon: ArrowUp, text: percent, part, ...pace(sending) };
    case "elsewhere":
      return { tone: "beam", icon: ArrowUp, text: words.say("studio.drop.elsewhere"), beside: percent };
    case "signed_out":
      return { tone: "wait", icon: Hourglass, text: words.say("studio.drop.signed_out"), beside: percent };
    case "waiting":
      return { tone: "wait", icon: Hourglass, text: words.say("studio.waits_for_network"), beside: percent };
    case "paused":
      return { tone: "", icon: Pause, text: words.say("studio.paused"), part, beside: percent };
    case "failed":
      return { tone: "loss", icon: X, text: words.say("studio.not_sent") };
  }
}

/** "12 MB/s, about 2 min left" */
function pace({ bytesPerSecond, secondsLeft }: OnItsWay): { beside?: string } {
  if (!bytesPerSecond || secondsLeft === null || secondsLeft === undefined) return {};
  const time = secondsLeft < 60 ? words.say("studio.under_a_minute") : words.minutes(secondsLeft * 1000);
  return { beside: words.say("studio.drop.pace", { speed: words.bytes(bytesPerSecond), time }) };
}

function lookOfState(episode: EpisodeState): Look {
  const text = words.say(`crew.state.${episode.state}`);
  switch (episode.state) {
    case "awaiting_upload":
      return { tone: "", icon: FolderUp, text };
    case "uploading":
      return { tone: "wait", icon: Alert, text: words.say("studio.half_here") };
    case "received":
      return { tone: "", icon: Clock, text };
    case "queued":
      return { tone: "", icon: Clock, text, ...place(episode.queue_position) };
    case "encoding":
      return { tone: "beam", icon: Film, text, beside: encodingNow(episode) };
    case "ready":
      return { tone: "kept", icon: Check, text, ...improvement(episode) };
    case "failed":
      return { tone: "loss", icon: X, text };
  }
}

function place(position: number | null): { beside?: string } {
  return position === null ? {} : { beside: words.say("studio.in_line", { place: words.number(position) }) };
}

/** How long it will take, where that can be said; how far it is otherwise. */
function encodingNow({ rungs, seconds_left, progress }: EpisodeState): string {
  if (rungs.length === 0) return words.say("studio.preview_first");
  if (seconds_left === null) return words.percent(progress / 100);
  return words.say("studio.left", { time: seconds_left < 60 ? words.say("studio.under_a_minute") : words.minutes(seconds_left * 1000) });
}

function improvement(episode: EpisodeState): { beside?: string } {
  if (!episode.improving) return {};
  const part = improvementOf(episode);
  return { beside: part === null ? words.say("studio.improving") : words.say("studio.improving_now", { percent: words.percent(part) }) };
}
