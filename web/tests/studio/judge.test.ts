import { describe, expect, test } from "vitest";
import type { EpisodeState } from "../../src/api/types";
import { firstFree, gaps } from "../../src/studio/drop/numbers";
import { sortFiles } from "../../src/studio/drop/sort-files";
import { subtitleLanguageOf } from "../../src/studio/drop/subtitle-language";

const MB = 1_000_000;
const file = (name: string, size = 400 * MB): { name: string; size: number } => ({ name, size });

function episode(number: number, state: EpisodeState["state"], size: number | null = null): EpisodeState {
  return {
    id: number * 10, series: 1, number, title: {}, state, progress: 0, rungs: [], seconds_left: null, improving: false, preview: null, queue_position: null, file_name: null, size,
    duration_ms: null, poster: null, upload: null, failure: null, package: null, subtitles: [], updated_at: "2026-11-14T12:00:00Z",
  };
}

describe("sortFiles", () => {
  test("sends what has a number of its own, in order", () => {
    const { videos, questions } = sortFiles([file("E03.mov"), file("E01.mov"), file("第2集.mp4")], []);
    expect(videos.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(questions).toEqual([]);
  });

  test("asks about two files with one number, and about both", () => {
    const { videos, questions } = sortFiles([file("E07.mov"), file("7 серия.mp4"), file("E08.mov")], []);
    expect(videos.map(({ number }) => number)).toEqual([8]);
    expect(questions.map(({ doubt, number }) => [doubt, number])).toEqual([["same_number", 7], ["same_number", 7]]);
  });

  test("asks before an episode that has a file gets another", () => {
    const episodes = [episode(1, "ready"), episode(2, "failed"), episode(3, "awaiting_upload"), episode(4, "encoding")];
    const { videos, questions } = sortFiles([1, 2, 3, 4].map((number) => file(`E0${String(number)}.mov`)), episodes);
    expect(videos.map(({ number }) => number)).toEqual([2, 3]);
    expect(questions.map(({ doubt, number }) => [doubt, number])).toEqual([["has_file", 1], ["has_file", 4]]);
  });

  test("goes on with the same file, and asks about another", () => {
    const episodes = [episode(1, "uploading", 5 * MB), episode(2, "uploading", 5 * MB)];
    const { videos, questions } = sortFiles([file("E01.mov", 5 * MB), file("E02.mov", 6 * MB)], episodes);
    expect(videos.map(({ number }) => number)).toEqual([1]);
    expect(questions.map(({ doubt }) => doubt)).toEqual(["other_file"]);
  });

  test("says what can never be an episode", () => {
    const files = [file("E01.pdf"), file("E02.mov", 0), file("E03.mov", 3 * 1024 ** 3), file("final.mov"), file(".DS_Store"), file("Thumbs.db")];
    expect(sortFiles(files, []).questions.map(({ doubt }) => doubt)).toEqual(["not_a_video", "empty", "too_large", "no_number"]);
  });

  test("puts subtitles with their episode, also one of the same drop", () => {
    const files = [file("E01.mov"), file("E01.ru.srt", 2000), file("E02_en.vtt", 2000), file("E09.en.srt", 2000), file("E02.srt", 2000)];
    const { subtitles, questions } = sortFiles(files, [episode(2, "ready")]);
    expect(subtitles.map(({ number, lang }) => [number, lang])).toEqual([[1, "ru"], [2, "en"]]);
    expect(questions.map(({ doubt }) => doubt)).toEqual(["no_episode", "no_language"]);
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

  test("the first free number", () => {
    expect(firstFree([1, 2, 4])).toBe(3);
    expect(firstFree([])).toBe(1);
  });
});
