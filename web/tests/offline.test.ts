import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FeedItem } from "../src/api/types";
import { filesOf, nextNumbers, smallPicture, trimmed } from "../src/phone/kept/files";
import { wayOf as screenWay } from "../src/shared/offline/films";
import { isOver, keptFeed, packageOf, wayOf, withKept, type KeptEpisode } from "../src/shared/offline/rules";
import { firstWords } from "../build/first-words";

const ID = "0190a1b2-0000-7000-8000-000000000001";
const GET = { method: "GET", mode: "cors", ranged: false };

function anItem(number: number, slug = "night-bus", id = ID): FeedItem {
  const video = [720, 360, 540].map((side) => ({ name: `v${String(side)}`, width: side, height: (side * 16) / 9, codec: "avc1.64001e", bitrate: side * 1000, init: "", segments: [1, 2], bytes: side }));
  const av1 = { ...video[1], name: "av1-360", codec: "av01.0.04M.08", bitrate: 1000 };
  return {
    episode: { id: number, number, title: {}, duration_ms: 3000 },
    series: { id: 1, slug, title: {}, country: "BY", episode_count: 3, duration_ms: 9000 },
    entries: [],
    stream: {
      base: `/media/${id}/`, master: "", duration: 3, fps: 24, width: 720, height: 1280, thumbhash: "", video: [av1, ...video],
      audio: [{ name: "a64", codec: "mp4a.40.2", bitrate: 64000, init: "", segments: [3], bytes: 9, lang: null }, { name: "a64-ru", codec: "mp4a.40.2", bitrate: 64000, init: "", segments: [3], bytes: 9, lang: "ru" }],
      subtitles: [{ lang: "en", url: `/media/${id}/1/en.vtt` }], poster: { avif: `/media/${id}/posters/a.avif`, webp: `/media/${id}/posters/a.webp`, jpg: `/media/${id}/posters/a.jpg` },
      posters: [], sprite: null,
    },
  } as unknown as FeedItem;
}

function aKept(number: number, slug = "night-bus", id = ID): KeptEpisode<FeedItem> {
  const item = trimmed(anItem(number, slug, id), []);
  return { item, until: "2026-12-01T00:00:00Z", bytes: 1, files: filesOf(item) };
}

describe("the worker", () => {
  test.each([
    ["/", { ...GET, mode: "navigate" }, "page"],
    ["/s/night-bus/e/3", { ...GET, mode: "navigate" }, "page"],
    ["/kept", { ...GET, mode: "navigate" }, "page"],
    ["/jury", { ...GET, mode: "navigate" }, "pass"],
    ["/assets/base-1.js", GET, "asset"],
    ["/api/festival", GET, "facts"],
    ["/api/series/night-bus", GET, "facts"],
    ["/api/feed", GET, "feed"],
    [`/media/${ID}/v360/000.m4s`, GET, "media"],
    [`/media/${ID}/v360/000.m4s`, { ...GET, ranged: true }, "pass"],
  ] as const)("%s as %o", (path, asked, way) => {
    expect(wayOf(path, asked)).toBe(way);
  });

  test("stores nothing that is one reader's own, and no write", () => {
    const own = ["/api/awards/1/my-votes", "/api/awards/1/credit", "/api/access/me", "/api/jury/shortlists", "/api/studio/series", "/api/streams/x"];
    expect(own.map((path) => wayOf(path, GET))).toEqual(own.map(() => "pass"));
    const screener = [`/api/screeners/${ID}/playlists/1/master.m3u8`, `/api/screeners/${ID}/key`, `/api/screeners/${ID}/files/v360/000.m4s`, `/api/screeners/${ID}/files/posters/a.avif`];
    expect(screener.map((path) => wayOf(path, GET))).toEqual(screener.map(() => "pass"));
    expect(screener.map((pathname) => screenWay({ pathname, search: "?until=1&sig=0" }, GET))).toEqual(screener.map(() => "pass"));
    expect(wayOf("/api/festival", { ...GET, method: "POST" })).toBe("pass");
    expect(wayOf("/api/awards/1/votes", { ...GET, method: "POST" })).toBe("pass");
  });

  test("knows a package by its address and nothing else", () => {
    expect(packageOf(`/media/${ID}/v360/000.m4s`)).toBe(ID);
    expect(packageOf("/assets/media.js")).toBeNull();
  });
});

describe("what is kept of an episode", () => {
  test("is the largest plain picture of at most 360, else the smallest", () => {
    expect(smallPicture(anItem(1).stream.video)?.name).toBe("v360");
    expect(smallPicture(anItem(1).stream.video.filter(({ width }) => width > 360))?.name).toBe("v540");
    expect(smallPicture([])).toBeNull();
  });

  test("is whole: every segment of picture and one sound, words and still", () => {
    expect(filesOf(trimmed(anItem(1), []))).toEqual([
      `/media/${ID}/v360/000.m4s`, `/media/${ID}/v360/001.m4s`, `/media/${ID}/a64/000.m4s`, `/media/${ID}/1/en.vtt`,
      `/media/${ID}/posters/a.avif`, `/media/${ID}/posters/a.jpg`,
    ]);
  });

  test("has the sound its reader likes, where the film has it", () => {
    const heard = (...sounds: string[]): string[] => filesOf(trimmed(anItem(1), sounds)).filter((file) => file.includes("/a64"));
    expect(heard("kk", "ru")).toEqual([`/media/${ID}/a64-ru/000.m4s`]);
    expect(heard("fa")).toEqual([`/media/${ID}/a64/000.m4s`]);
  });

  test("is over at the end of the rights, and where their end cannot be read", () => {
    expect(isOver({ until: "2026-12-01T00:00:00Z" }, Date.parse("2026-11-30T23:59:59Z"))).toBe(false);
    expect(isOver({ until: "2026-12-01T00:00:00Z" }, Date.parse("2026-12-01T00:00:00Z"))).toBe(true);
    expect(isOver({ until: "soon" }, 0)).toBe(true);
  });
});

describe("the feed", () => {
  test("plays what is kept from the phone, the rest from the network", () => {
    const page = withKept({ items: [anItem(1), anItem(2)], next: 3 }, [aKept(2)]);
    expect(page.items.map(({ stream }) => stream.video.length)).toEqual([4, 1]);
    expect(page.next).toBe(3);
  });

  test("plays an episode that was encoded anew from the network", () => {
    const page = withKept({ items: [anItem(1, "night-bus", ID.replace("1b2", "1b3"))], next: null }, [aKept(1)]);
    expect(page.items[0]?.stream.video.length).toBe(4);
  });

  test("is what is kept where there is no network, in order and page by page", () => {
    const kept = [aKept(5), aKept(2), aKept(3), aKept(9, "kites")];
    const first = keptFeed(kept, "night-bus", 1, 2);
    expect([first.items.map(({ episode }) => episode.number), first.next]).toEqual([[2, 3], 5]);
    const last = keptFeed(kept, "night-bus", 5, 2);
    expect([last.items.map(({ episode }) => episode.number), last.next]).toEqual([[5], null]);
  });
});

describe("what to keep", () => {
  const episodes = [1, 2, 3, 4, 5].map((number) => ({ number }));

  test("are the next ones that are not here", () => {
    expect(nextNumbers(episodes, 2, (number) => number === 3, 2)).toEqual([2, 4]);
    expect(nextNumbers(episodes, 0, () => false, Infinity)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("the first screen's words", () => {
  test("are there in every language, with its own digits", () => {
    const said = firstWords();
    const phone = JSON.parse(readFileSync(join(import.meta.dirname, "../src/words/en/phone.json"), "utf8")) as Record<string, string>;
    expect(said["en"]).toEqual({ dir: "ltr", digits: "0123456789", episode: phone["phone.episode"], episodes: phone["phone.series.episodes"] });
    for (const words of Object.values(said)) {
      expect(words["episode"]).toContain("{number}");
      expect([...(words["digits"] ?? "")].length).toBe(10);
    }
  });
});
