import { describe, expect, test } from "vitest";
import { episodeNumberOf, episodeNumbersOf } from "../../src/studio/drop/episode-number";

describe("episodeNumberOf", () => {
  test.each([
    ["E07.mov", 7],
    ["E09_final_FINAL.mov", 9],
    ["07.mp4", 7],
    ["7.mp4", 7],
    ["ep03.mp4", 3],
    ["EP 12 depot at dawn.mov", 12],
    ["S01E04.mov", 4],
    ["s2.e11.mkv", 11],
    ["Show.1x04.mp4", 4],
    ["第7集.mp4", 7],
    ["第 12 集.mp4", 12],
    ["第十二集.mp4", 12],
    ["第二十集.mp4", 20],
    ["第一百零三集.mp4", 103],
    ["第一季第3集.mp4", 3],
    ["7 серия.mp4", 7],
    ["3 серия - провода.mp4", 3],
    ["7-я серия.mp4", 7],
    ["Серия 10.mp4", 10],
    ["2 сезон 5 серия.mp4", 5],
    ["эпизод №8.mov", 8],
    ["3-бөлім.mp4", 3],
    ["5-qism.mp4", 5],
    ["قسمت ۷.mp4", 7],
    ["एपिसोड ४.mp4", 4],
    ["The Last Trolleybus - Episode 5.mp4", 5],
    ["trolleybus_ep_06_1080x1920_h264_25fps.mp4", 6],
    ["trolleybus-08-9x16.mp4", 8],
    ["Trolleybus 2026-11-14 03.mov", 3],
    ["trolleybus_04_v2.mov", 4],
    ["07 the 3 bears.mp4", 7],
    ["the 3 bears 07.mp4", 7],
    ["7 steps to 9 lives.mp4", 7],
    ["4k_05.mp4", 5],
    ["E120.mp4", 120],
    ["folder/E02.mov", 2],
    ["E07 (1).mov", 7],
    ["１２.mp4", 12],
    ["Ｅ０７.mov", 7],
    ["7-серия.mp4", 7],
    ["Серия №7.mp4", 7],
    ["серия_07_финал.mp4", 7],
    ["7-серыя.mov", 7],
    ["часть 7 из 80.mp4", 7],
    ["EP.07v2.mov", 7],
    ["EP.07v2_1080x1920.mov", 7],
    ["S1 Ep 7.mp4", 7],
    ["s01 episode 07.mp4", 7],
    ["part 7 of 80.mp4", 7],
    ["Trolleybus 7 of 80.mp4", 7],
    ["Chapter 12 - depot.mov", 12],
    ["Episode No. 9.mp4", 9],
    ["7th_part.mp4", 7],
    ["7-ші бөлім.mp4", 7],
    ["7-бөлүк.mp4", 7],
    ["қисми 7.mp4", 7],
    ["7-qism 1080p.mp4", 7],
    ["قسمت‌۷.mp4", 7],
    ["\u200fقسمت ۱۲\u200f.mp4", 12],
    ["قسط نمبر ۷.mp4", 7],
    ["ایپی سوڈ 7.mp4", 7],
    ["الحلقة ٧.mp4", 7],
    ["भाग-७.mp4", 7],
    ["७.mp4", 7],
    ["कड़ी ०७.mp4", 7],
    ["পর্ব ৭.mp4", 7],
    ["৭.mp4", 7],
    ["第０７話.mp4", 7],
    ["第7回.mp4", 7],
    ["07화.mp4", 7],
    ["제7화.mp4", 7],
    ["..\\..\\E07.mov", 7],
    ["../../E07.mov", 7],
    ["E03\u202e4pm.mov", 3],
    ["\"E07\" 🎬 'cut'.mov", 7],
  ])("%s is episode %i", (name, number) => {
    expect(episodeNumberOf(name)).toBe(number);
  });

  test.each(["final.mov", "trailer_1080p.mp4", "IMG_20261114.mov", "E00.mp4", "1080x1920.mp4", "a 3 of 12 or 4.mp4"])(
    "%s has no number",
    (name) => {
      expect(episodeNumberOf(name)).toBeNull();
    },
  );
});

describe("episodeNumbersOf", () => {
  test("of names with several bare numbers, takes the one that varies", () => {
    expect(episodeNumbersOf(["Window 43 - 1.mp4", "Window 43 - 2.mp4", "Window 43 - 10.mp4"])).toEqual([1, 2, 10]);
    expect(episodeNumbersOf(["7 days 43 - 1.mp4", "7 days 43 - 2.mp4", "7 days 43 - 10.mp4"])).toEqual([1, 2, 10]);
  });

  test("leaves alone what is clear, what is marked, and what varies twice", () => {
    expect(episodeNumbersOf(["1.mp4", "2.mp4", "4.mp4"])).toEqual([1, 2, 4]);
    expect(episodeNumbersOf(["E07 cam 1.mp4", "E07 cam 2.mp4", "E07 cam 3.mp4"])).toEqual([7, 7, 7]);
    expect(episodeNumbersOf(["a 1 5.mp4", "a 2 6.mp4", "a 3 7.mp4"])).toEqual([null, null, null]);
    expect(episodeNumbersOf(["final.mp4", "trailer.mp4", "1.mp4"])).toEqual([null, null, 1]);
  });
});
