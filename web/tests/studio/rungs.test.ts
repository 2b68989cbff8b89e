import { describe, expect, test } from "vitest";
import type { EpisodeState, PreviewStream } from "../../src/api/types";
import { improvementOf, sizesOf } from "../../src/studio/parts/rungs";
import { secondsOf, toStream } from "../../src/studio/parts/showing.svelte";

const episode = (state: EpisodeState["state"], rungs: Record<string, number>): EpisodeState => ({
  id: 1, series: 1, number: 1, title: {}, state, progress: 40, queue_position: null, file_name: null, size: null, duration_ms: null, poster: null, upload: null,
  failure: null, package: null, subtitles: [], sounds: [], updated_at: "", seconds_left: null, improving: true, preview: null,
  rungs: Object.entries(rungs).map(([name, progress]) => ({ name, progress })),
});

describe("sizesOf", () => {
  test("names the sizes viewers wait for, in their order", () => {
    expect(sizesOf(episode("encoding", { v360: 100, v540: 43, "av1-540": 2 }))).toEqual([{ label: "360", part: 1 }, { label: "540", part: 0.43 }]);
  });

  test("says nothing of them once they are there", () => {
    expect(sizesOf(episode("ready", { v360: 100 }))).toEqual([]);
  });
});

describe("improvementOf", () => {
  test("is the mean of what is not done", () => {
    expect(improvementOf(episode("ready", { v360: 100, "av1-540": 100, "av1-720": 60, v360s: 20 }))).toBeCloseTo(0.4);
  });

  test("is nothing while it only waits", () => {
    expect(improvementOf(episode("ready", { v360: 100, v540: 100 }))).toBeNull();
  });
});

describe("a preview as a stream", () => {
  const track = { name: "start", width: 360, height: 640, codec: "avc1.64001e,mp4a.40.2", bitrate: 1, init: "", segments: [1, 2, 4], bytes: 1 };
  const preview: PreviewStream = { base: "/media/p/", duration: 90, fps: 24, width: 360, height: 640, video: [track], complete: false };
  const stream = toStream("/api/studio/previews/p", preview);

  test("lasts as long as it is going to, and holds what is there", () => {
    expect([stream.duration, secondsOf(stream)]).toEqual([90, 7]);
  });

  test("has a playlist for players that read those", () => {
    expect(stream.master).toBe("/api/studio/previews/p/playlist.m3u8");
  });
});
