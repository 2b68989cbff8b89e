/** State comes down by itself: server-sent events by topic. */

import { backoff } from "./client";
import type { Board, EpisodeState, Fleet, Turnout } from "./types";

type TopicData<Topic extends string> = Topic extends `award:${number}:board`
  ? Board
  : Topic extends `award:${number}:turnout`
    ? Turnout
    : Topic extends `episode:${number}:state`
      ? EpisodeState
      : Topic extends `series:${number}:states`
        ? EpisodeState[]
        : Topic extends "kiosks:fleet"
          ? Fleet
          : unknown;

export type Topic = `award:${number}:board` | `award:${number}:turnout` | `episode:${number}:state` | `series:${number}:states` | `kiosk:${number}:commands` | "kiosks:fleet";

export type Handlers = { [Each in Topic]?: (data: TopicData<Each>) => void };

export interface FollowOptions {
  /** Told when what is shown may be old, and when it is fresh again. */
  onstale?: (stale: boolean) => void;
  open?: (url: string) => EventSource;
}

/**
 * Follow topics until the returned function is called. The server sends the state of each topic at once on every
 * connection, so a reconnect needs no catching up.
 */
export function follow(handlers: Handlers, options: FollowOptions = {}): () => void {
  const topics = Object.keys(handlers) as Topic[];
  const query = topics.map((topic) => `topic=${encodeURIComponent(topic)}`).join("&");
  const open = options.open ?? ((url: string) => new EventSource(url));
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let stale = false;

  const mark = (value: boolean): void => {
    if (stale !== value) options.onstale?.(value);
    stale = value;
  };

  const connect = (): void => {
    const current = open(`/api/live?${query}`);
    source = current;
    for (const topic of topics) {
      current.addEventListener(topic, (event) => {
        attempt = 0;
        mark(false);
        const handle = handlers[topic] as ((data: unknown) => void) | undefined;
        handle?.(JSON.parse((event as MessageEvent<string>).data));
      });
    }
    // The browser's own reconnect gives up on some answers and never backs off: this one does neither.
    current.onerror = () => {
      current.close();
      mark(true);
      timer = setTimeout(connect, backoff(attempt));
      attempt = Math.min(attempt + 1, 6);
    };
  };

  const again = (): void => {
    if (!stale || document.visibilityState !== "visible") return;
    clearTimeout(timer);
    source?.close();
    attempt = 0;
    connect();
  };

  connect();
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  return () => {
    clearTimeout(timer);
    source?.close();
    window.removeEventListener("online", again);
    document.removeEventListener("visibilitychange", again);
  };
}
