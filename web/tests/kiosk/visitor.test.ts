import { describe, expect, test, vi } from "vitest";
import { pause } from "../../src/api/client";
import type { FeedItem } from "../../src/api/types";
import { cast } from "../../src/kiosk/ballot/casting";
import type { Manifest } from "../../src/kiosk/device/manifest";
import { hall, type Desk } from "../../src/kiosk/hall/hall.svelte";
import { isOpen, showOf, type ShownAward } from "../../src/kiosk/hall/show";
import { questionOf, seconds, Visitor } from "../../src/kiosk/hall/visitor.svelte";
import { words } from "../../src/shared/words.svelte";

const NOON = Date.parse("2026-11-26T12:00:00Z");

const film = (number: number, duration = 60): FeedItem =>
  ({ episode: { id: 100 + number, number, title: {}, duration_ms: duration * 1000 }, series: { id: 1, slug: "a", title: {}, country: "KZ", episode_count: 4, duration_ms: 240_000 }, stream: { duration }, entries: [] }) as unknown as FeedItem;

function watch(visitor: Visitor, item: FeedItem, from: number, to: number): void {
  for (let second = from; second <= to; second += 0.25) visitor.saw(item, second);
}

describe("a visitor", () => {
  test("has seen what was played, and not what was skipped", () => {
    const visitor = new Visitor();
    watch(visitor, film(1), 0, 10);
    watch(visitor, film(1), 40, 50);

    expect(visitor.watched.get(101)).toEqual([[0, 10], [40, 50]]);
    expect(seconds(visitor.watched.get(101) ?? [])).toBe(20);
  });

  test("may vote once as much was watched as the award asks for", () => {
    const visitor = new Visitor();
    const after = (watch_: ShownAward["watch"]): number => visitor.missing({ watch: watch_ }, film(1));
    expect([after(null), after({ episodes: 1, share: null }), after({ episodes: null, share: 0.5 })]).toEqual([0, 1, 2]);

    watch(visitor, film(1), 0, 56);

    expect([after({ episodes: 1, share: null }), after({ episodes: null, share: 0.5 }), after({ episodes: 9, share: null })]).toEqual([0, 1, 3]);
  });

  test("hears of their own vote only, and the newest tap is the one that is shown", () => {
    const visitor = new Visitor();
    const cast = (id: string): Parameters<Visitor["vote"]>[1] => ({ id, value: 5, choices: null, state: "saved", reason: null, receipt: null });
    visitor.vote("3:9", cast("first"));
    visitor.vote("3:9", cast("second"));
    const answer = { counter: 1, outcome: "counted", reason: null, receipt: "2345ABCDEFGH" } as const;
    visitor.hear({ ...answer, id: "first" });
    expect(visitor.votes.get("3:9")?.state).toBe("saved");

    visitor.hear({ ...answer, id: "second" });

    expect(visitor.votes.get("3:9")).toMatchObject({ state: "counted", receipt: "2345ABCDEFGH" });
  });

  test("who taps again before the disk has the first sees the second", async () => {
    const visitor = new Visitor();
    const award = { id: 3, kind: "stars", ways: ["kiosk"] } as unknown as ShownAward;
    const written: (() => void)[] = [];
    hall.desk = { now: () => ({ at: NOON, uncertainty: 0 }), vote: () => new Promise<void>((resolve) => { written.push(resolve); }) } as unknown as Desk;

    const taps = [4, 5].map((value) => cast(visitor, award, 9, { value, choices: null }));
    for (const done of written) done();
    await Promise.all(taps);

    expect(visitor.votes.get("3:9")).toMatchObject({ value: 5, state: "saved" });
  });

  test("is somebody else than the one before", () => {
    expect(new Visitor().id).not.toBe(new Visitor().id);
  });

  test("is asked about each entry where marks are given, and once where a choice is made", () => {
    const award = (kind: string): ShownAward => ({ id: 3, kind }) as ShownAward;
    expect([questionOf(award("stars"), 9), questionOf(award("ranking"), 9)]).toEqual(["3:9", "3"]);
  });
});

describe("what is shown", () => {
  const manifest = {
    festival: { en: "Meridian" },
    settings: { name: "Foyer", sound: "touched", volume: 1, idle_seconds: 20, touch: true },
    programme: { blocks: [{ starts: "00:00", ends: "00:00", items: [{ kind: "all", episodes: "all" }, { kind: "wall", id: 3, seconds: 9 }] }], ratings: [], sleep: [] },
    series: [1, 2].map((id) => ({ id, slug: `s${String(id)}`, title: {}, rating: "12+", section: 1, entries: [], episode_count: 2, duration_ms: 1, episodes: [1, 2].map((number) => ({ id: id * 10 + number, number, title: {}, rating: null, duration_ms: 1, stream: {}, files: {} })) })),
    awards: [
      { id: 3, ways: ["kiosk"], opens_at: "2026-11-01T00:00:00Z", closes_at: "2026-11-27T00:00:00Z" },
      { id: 4, ways: [], opens_at: "2026-11-01T00:00:00Z", closes_at: "2026-11-27T00:00:00Z" },
    ],
  } as unknown as Manifest;
  const noon = { minute: 720, day: 4 };
  const at = Date.parse("2026-11-26T12:00:00Z");
  const now = { at, uncertainty: 0 };

  test("online everything, in the order of the programme", async () => {
    const show = showOf(manifest, noon, now, () => true, true);
    const [first] = show.films;

    expect(show.loop.map(({ key }) => key)).toEqual(["film-11", "film-12", "film-21", "film-22", "wall-3"]);
    expect(show.quiet).toBe(20_000);
    expect(first && (await show.episodes(first)).map(({ episode }) => episode.number)).toEqual([1, 2]);
  });

  test("without a network only what is on the disk, and no wall that could not be told", () => {
    const show = showOf(manifest, noon, now, ({ id }) => id === 12 || id === 21, false);

    expect(show.loop.map(({ key }) => key)).toEqual(["film-12", "film-21"]);
    expect(show.films.map(({ episode }) => episode.id)).toEqual([12, 21]);
  });

  test("votes are taken where the award admits this screen, and while it is open", () => {
    expect([...showOf(manifest, noon, now, () => true, true).awards.keys()]).toEqual([3]);
    expect(showOf(manifest, noon, { at: at + 86_400_000, uncertainty: 0 }, () => true, true).awards.size).toBe(0);
    expect(showOf(manifest, noon, { at: at + 86_400_000, uncertainty: 86_400_000 }, () => true, true).awards.size).toBe(1);
    expect(isOpen({ opens_at: "2026-11-26T12:00:00Z", closes_at: "2026-11-26T13:00:00Z" }, now)).toBe(true);
  });
});

test("the language asked for last is the one that stays, however long each takes to come", async () => {
  const said: string[] = [];
  vi.spyOn(words, "use").mockImplementation(async (lang) => {
    await pause(lang === "uz" ? 30 : 0);
    said.push(lang);
  });

  await Promise.all([hall.speak("uz"), hall.speak("en")]);

  expect(said).toEqual(["uz", "en"]);
});
