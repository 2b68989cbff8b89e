import { describe, expect, test } from "vitest";
import type { EpisodeState } from "../../src/api/types";
import type { Found } from "../../src/studio/drop/container";
import { seriesFolders } from "../../src/studio/drop/folders";
import { isLitter, judgeAll, kindOf, shownName, numberBeforeLanguage, type Candidate, type Doubt, type Judged } from "../../src/studio/drop/judge";
import { gaps } from "../../src/studio/drop/numbers";
import { subtitleLanguageOf } from "../../src/studio/drop/subtitle-language";
import type { Rules } from "../../src/studio/drop/verdict";

const MB = 1_000_000;
const GOOD: Found = { width: 1080, height: 1920, seconds: 90, fps: 25, variable: false, turned: false, hdr: false, sound: true };
const clock = (seconds: number): string => `${String(Math.floor(seconds / 60))}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

interface Wish {
  name: string;
  number?: number | null;
  size?: number;
  found?: Partial<Found> | null;
  out?: boolean;
  agreed?: Doubt[];
  lang?: string | null;
}

function candidate({ name, number = null, size = 400 * MB, found = {}, out = false, agreed = [], lang = null }: Wish): Candidate {
  const looked = { found: found && { ...GOOD, ...found }, refusal: null };
  return { kind: kindOf(name), file: { name, size }, number, lang, out, agreed: new Set(agreed), looked };
}

function judged(wishes: Wish[], episodes: EpisodeState[] = [], rules: Rules = { landscape: "refuse" }): Judged[] {
  return judgeAll(wishes.map(candidate), { episodes, rules, clock });
}

const said = (all: Judged[]): string[] => all.map(({ grade, doubt, useless, refusal }) => [grade, doubt ?? useless ?? refusal?.code].filter(Boolean).join(" "));

function episode(number: number, state: EpisodeState["state"], size: number | null = null, name = `E0${String(number)}.mov`): EpisodeState {
  return {
    id: number * 10, series: 1, number, title: {}, state, progress: 0, rungs: [], seconds_left: null, improving: false, preview: null, queue_position: null, file_name: size === null ? null : name, size,
    duration_ms: null, poster: null, upload: null, failure: null, package: null, subtitles: [], sounds: [], updated_at: "2026-11-14T12:00:00Z",
  };
}

describe("judgeAll", () => {
  test("a film with a number of its own is fine", () => {
    expect(said(judged([{ name: "E01.mov", number: 1 }, { name: "E02.mov", number: 2 }]))).toEqual(["fine", "fine"]);
  });

  test("two films with one number are both asked about, and neither once one is left out", () => {
    const twins = [{ name: "E07.mov", number: 7 }, { name: "7 серия.mp4", number: 7 }, { name: "E08.mov", number: 8 }];
    expect(said(judged(twins))).toEqual(["asks same_number", "asks same_number", "fine"]);
    expect(said(judged([{ name: "E07.mov", number: 7, out: true }, ...twins.slice(1)]))).toEqual(["out", "fine", "fine"]);
  });

  test("a film that is refused takes no number from another", () => {
    expect(said(judged([{ name: "E07.mov", number: 7, size: 0 }, { name: "E07 b.mov", number: 7 }]))).toEqual(["refused empty", "fine"]);
  });

  test("an episode that has a file gets another only after a yes", () => {
    const episodes = [episode(1, "ready", 5 * MB), episode(2, "failed", 5 * MB), episode(3, "awaiting_upload"), episode(4, "encoding", 5 * MB)];
    const wishes = [1, 2, 3, 4].map((number) => ({ name: `new ${String(number)}.mov`, number }));
    expect(said(judged(wishes, episodes))).toEqual(["asks has_file", "fine", "fine", "asks has_file"]);
    expect(said(judged([{ name: "new 1.mov", number: 1, agreed: ["has_file"] }], episodes))).toEqual(["fine"]);
  });

  test("the same file goes on where it stopped, is not sent twice, and another is asked about", () => {
    const episodes = [episode(1, "uploading", 5 * MB), episode(2, "uploading", 5 * MB), episode(3, "queued", 5 * MB)];
    const all = judged([{ name: "E01.mov", number: 1, size: 5 * MB }, { name: "E02.mov", number: 2, size: 6 * MB }, { name: "E03.mov", number: 3, size: 5 * MB }], episodes);
    expect(said(all)).toEqual(["fine", "asks other_file", "there"]);
    expect(all.map(({ goesOn }) => goesOn)).toEqual([true, false, false]);
  });

  test("what can never be an episode is refused, in the words of the gate where it has some", () => {
    const wishes = [
      { name: "E01.pdf", number: 1 }, { name: "E02.mov", number: 2, size: 0 }, { name: "E03.mov", number: 3, size: 3 * 1024 ** 3 },
      { name: "E04.mov", number: 4, found: { width: 1920, height: 1080 } }, { name: "E05.mov", number: 5, found: { seconds: 601 } }, { name: "final.mov" },
    ];
    expect(said(judged(wishes))).toEqual(["refused not_a_video", "refused empty", "refused too_large", "refused not-vertical", "refused too-long", "asks no_number"]);
    expect(judged(wishes)[4]?.refusal?.values).toEqual({ length: "10:01" });
  });

  test("a section that shows wide films with bars takes them with a remark", () => {
    const [wide] = judged([{ name: "E04.mov", number: 4, found: { width: 1920, height: 1080 } }], [], { landscape: "letterbox" });
    expect([wide?.grade, wide?.remarks]).toEqual(["warned", ["bars"]]);
  });

  test("the section's own length is asked about, and its absence is no rule", () => {
    const rules: Rules = { landscape: "refuse", min_seconds: 60, max_seconds: 180 };
    const lengths = [59, 59.7, 180.4, 182].map((seconds, index) => ({ name: "x.mov", number: index + 1, found: { seconds } }));
    expect(said(judged(lengths, [], rules))).toEqual(["asks too_short", "fine", "fine", "asks too_long"]);
    expect(said(judged(lengths))).toEqual(["fine", "fine", "fine", "fine"]);
    expect(said(judged([{ name: "x.mov", number: 1, found: { seconds: 59 }, agreed: ["too_short"] }], [], rules))).toEqual(["fine"]);
  });

  test("what is only odd is said and sent", () => {
    const [odd, unread] = judged([
      { name: "E01.mov", number: 1, found: { width: 480, height: 600, variable: true, turned: true, hdr: true, sound: false } },
      { name: "E02.mkv", number: 2, found: null },
    ]);
    expect(odd?.remarks).toEqual(["turned", "ratio", "small", "variable", "hdr", "no_sound"]);
    expect([odd?.grade, unread?.grade]).toEqual(["warned", "warned"]);
  });

  test("subtitles find their episode, also one of the same drop", () => {
    const wishes = [
      { name: "E01.mov", number: 1 }, { name: "E01.ru.srt", number: 1, lang: "ru" }, { name: "E02_en.ass", number: 2, lang: "en" },
      { name: "E09.en.srt", number: 9, lang: "en" }, { name: "E02.srt", number: 2 }, { name: "E01 b.ru.vtt", number: 1, lang: "ru" },
    ];
    expect(said(judged(wishes, [episode(2, "ready")]))).toEqual(["fine", "asks same_number", "fine", "asks no_episode", "asks no_language", "asks same_number"]);
  });
});

test("a name is told without what cannot be kept, and no longer than the server takes it", () => {
  expect(shownName("../../E07 “cut” 🎬.mov")).toBe("../../E07 “cut” 🎬.mov");
  expect(shownName("E07\0.mov")).toBe("E07.mov");
  expect(shownName("\0")).toBe("?");
  expect(shownName("E07\ud83d.mov")).toBe("E07\ufffd.mov");
  expect([...shownName("🎬".repeat(400))]).toHaveLength(300);
});

test("subtitles are numbered by what stands before their language", () => {
  expect(["E07.ru.srt", "07.zh-Hans.vtt", "第7集.中文.srt", "7.ass"].map(numberBeforeLanguage)).toEqual([7, 7, 7, 7]);
});

test("folders beside each other with films of their own are several series", () => {
  expect(seriesFolders(["drop/a/1.mp4", "drop/a/2.mp4", "drop/b/1.mp4", "drop/b/2.mp4"])).toEqual(["drop/a", "drop/b"]);
  expect(seriesFolders(["drop/a/1.mp4", "drop/a/2.mp4", "drop/trailer/1.mp4"])).toEqual([]);
  expect(seriesFolders(["E01/film.mp4", "E02/film.mp4", "E03/film.mp4"])).toEqual([]);
  expect(seriesFolders(["1.mp4", "2.mp4"])).toEqual([]);
});

describe("isLitter", () => {
  test.each([".DS_Store", "._E01.mp4", ".localized", "Thumbs.db", "desktop.ini", "~$notes.docx"])("%s is left aside", (name) => {
    expect(isLitter(name)).toBe(true);
  });

  test.each(["..E01.mp4", ".E01.mp4", "E01.mp4", "...mp4"])("%s is shown", (name) => {
    expect(isLitter(name)).toBe(false);
  });
});

describe("subtitleLanguageOf", () => {
  test.each([
    ["E07.ru.srt", "ru"],
    ["07_english.vtt", "en"],
    ["第7集.中文.srt", "zh"],
    ["E01.zh-Hans.srt", "zh"],
    ["[rus] 07.srt", "ru"],
    ["E01.русский.srt", "ru"],
    ["elephants-dream.ar.vtt", "ar"],
    ["07.srt", null],
    ["final cut.srt", null],
  ])("%s", (name, lang) => {
    expect(subtitleLanguageOf(name)).toBe(lang);
  });
});

describe("numbers", () => {
  test("gaps are runs between one and the largest", () => {
    expect(gaps([3, 5, 6, 10])).toEqual([{ from: 1, to: 2 }, { from: 4, to: 4 }, { from: 7, to: 9 }]);
    expect(gaps([1, 2, 3])).toEqual([]);
    expect(gaps([])).toEqual([]);
  });
});
