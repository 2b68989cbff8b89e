import { expect, test } from "vitest";
import type { EpisodeState, Overview } from "../src/api/types";
import { isAbandoned, shares, unprotectedHosts } from "../src/desk/parts/findings";
import { needsSomebody, summarise } from "../src/studio/parts/summary";

function episode(id: number, state: EpisodeState["state"], progress = 0): EpisodeState {
  return {
    id, series: 1, number: id, title: {}, state, progress, rungs: [], seconds_left: null, improving: false, preview: null, queue_position: null, file_name: null, size: null, duration_ms: null, poster: null,
    upload: null, failure: null, package: state === "ready" ? "p" : null, subtitles: [], sounds: [], updated_at: "",
  };
}

test("a summary counts what is ready, what is prepared and what waits for somebody", () => {
  const episodes = [episode(1, "ready"), episode(2, "encoding", 40), episode(3, "failed"), episode(4, "uploading"), episode(5, "uploading")];
  const found = summarise(episodes, (id) => (id === 5 ? { phase: "sending", sent: 30, size: 60 } : undefined));
  expect(found).toMatchObject({ ready: 1, count: 5, needed: 2, preparing: 1 });
  expect(found.segments.map(({ state, done }) => [state, done])).toEqual([["ready", 0], ["encoding", 0.4], ["failed", 0], ["uploading", 0], ["uploading", 0.5]]);
});

test("a file on its way needs nobody unless it failed", () => {
  expect(needsSomebody(episode(1, "failed"), { phase: "sending", sent: 0, size: 1 })).toBe(false);
  expect(needsSomebody(episode(1, "ready"), { phase: "failed", sent: 0, size: 1 })).toBe(true);
});

test("shares follow the way of an episode and add up", () => {
  const found = shares({ failed: 1, ready: 2, queued: 1 });
  expect(found.map(({ state }) => state)).toEqual(["ready", "queued", "failed"]);
  expect(found.reduce((sum, { part }) => sum + part, 0)).toBe(1);
  expect(shares({})).toEqual([]);
});

const worker = (host: string, change: Partial<Overview["workers"][number]> = {}): Overview["workers"][number] => ({
  host, sandbox: "bubblewrap", slots: 1, busy: 0, seen_at: "", leaving: false, ...change,
});

test("a host without protection is named once", () => {
  const none = { sandbox: "none" } as const;
  expect(unprotectedHosts([worker("a"), worker("b", none), worker("b", none), worker("c", { sandbox: "landlock" })])).toEqual(["b"]);
});

test("work is abandoned when nobody is there who will take it", () => {
  expect(isAbandoned({ workers: [], waiting: 2 })).toBe(true);
  expect(isAbandoned({ workers: [worker("a", { leaving: true })], waiting: 1 })).toBe(true);
  expect(isAbandoned({ workers: [worker("a")], waiting: 9 })).toBe(false);
  expect(isAbandoned({ workers: [], waiting: 0 })).toBe(false);
});
