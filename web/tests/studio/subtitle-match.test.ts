import { describe, expect, test } from "vitest";
import { subtitleLanguageOf } from "../../src/studio/drop/subtitle-language";
import { matchSubtitles } from "../../src/studio/subtitles/match";

describe("subtitleLanguageOf", () => {
  test.each([
    ["E07.ru.srt", "ru"],
    ["E07.rus.srt", "ru"],
    ["07_Russian.srt", "ru"],
    ["07 русский.vtt", "ru"],
    ["07 Русские субтитры.vtt", "ru"],
    ["E07.zh-Hans.srt", "zh"],
    ["E07_zh-CN.srt", "zh"],
    ["E07.chs.ass", "zh"],
    ["E07.cht.ssa", "zh"],
    ["第7集.中文.srt", "zh"],
    ["第7集.简体.srt", "zh"],
    ["第7集.俄语.srt", "ru"],
    ["E07.pt-BR.srt", "pt"],
    ["E07.sr-Latn.srt", "sr"],
    ["E07.eng.srt", "en"],
    ["E07_english.ass", "en"],
    ["E07.en[SDH].srt", "en"],
    ["E07.fas.srt", "fa"],
    ["E07.per.srt", "fa"],
    ["E07-farsi.srt", "fa"],
    ["قسمت ۷ فارسی.srt", "fa"],
    ["E07.kaz.srt", "kk"],
    ["E07.Қазақша.srt", "kk"],
    ["E07.kir.srt", "ky"],
    ["E07.tgk.srt", "tg"],
    ["E07.uzb.srt", "uz"],
    ["E07.bel.srt", "be"],
    ["E07.беларуская.srt", "be"],
    ["E07.hin.srt", "hi"],
    ["E07.हिन्दी.srt", "hi"],
    ["E07.urd.srt", "ur"],
    ["E07.français.srt", "fr"],
    ["E07.Deutsch.srt", "de"],
    ["E07.tr.srt", "tr"],
    ["E07.fil.srt", "fil"],
    ["E07.ru.wav", "ru"],
    ["subs/Russian/07.srt", "ru"],
    ["/series/ru/E07.srt", "ru"],
    ["中文/第7集.srt", "zh"],
    ["Субтитры/Английский/07.srt", "en"],
    ["ru/E07.en.srt", "en"],
    ["Night bus/kk/07_v2.srt", "kk"],
  ])("%s is %s", (path, lang) => {
    expect(subtitleLanguageOf(path)).toBe(lang);
  });

  test.each(["E07.srt", "07_v2_final.srt", "the last trolleybus 07.srt", "subs/07.srt", "E07_1080p_h264.ass", "My series/E07.srt"])("%s does not say", (path) => {
    expect(subtitleLanguageOf(path)).toBeNull();
  });
});

describe("matchSubtitles", () => {
  const named = (path: string, size = 1000) => ({ name: path.split("/").at(-1) ?? "", path, size });
  const match = (...paths: string[]) => matchSubtitles(paths.map((path) => named(path)), [1, 2, 3, 7], ({ path }) => path);

  test("by number and language, whatever the folders", () => {
    const { placed, asked } = match("ru/E01.srt", "E02.rus.srt", "第7集.中文.ass", "english/3 - night.vtt");
    expect(placed.map(({ number, lang }) => [number, lang])).toEqual([[1, "ru"], [2, "ru"], [3, "en"], [7, "zh"]]);
    expect(asked).toEqual([]);
  });

  test("eighty episodes in eleven languages need no question", () => {
    const langs = ["zh", "ru", "en", "hi", "ur", "fa", "kk", "ky", "tg", "uz", "be"];
    const numbers = Array.from({ length: 80 }, (_, index) => index + 1);
    const files = langs.flatMap((lang) => numbers.map((number) => named(`S01E${String(number).padStart(2, "0")}.${lang}.srt`)));
    const { placed, asked } = matchSubtitles(files, numbers, ({ path }) => path);
    expect([placed.length, asked.length]).toEqual([880, 0]);
    expect(new Set(placed.map(({ number, lang }) => `${String(number)} ${lang}`)).size).toBe(880);
  });

  test("the rest is asked", () => {
    const { placed, asked } = match("ru/final.srt", "E02.srt", "E09.ru.srt", "E01.en.srt", "en/E01.vtt", "E03.ru.docx", ".DS_Store");
    expect(placed).toEqual([]);
    expect(asked.map(({ file, doubt }) => [file.name, doubt])).toEqual([
      ["final.srt", "no_number"], ["E02.srt", "no_language"], ["E09.ru.srt", "no_episode"], ["E03.ru.docx", "not_subtitles"], ["E01.en.srt", "twice"], ["E01.vtt", "twice"],
    ]);
  });

  test("a file whose name begins with a dot is none of what systems leave behind", () => {
    expect(match(".E01.ru.srt").placed.map(({ number, lang }) => [number, lang])).toEqual([[1, "ru"]]);
    expect(match("._E01.ru.srt", ".DS_Store")).toEqual({ placed: [], asked: [] });
  });

  test("sounds come along and are no rivals of subtitles", () => {
    const { placed, asked } = match("E01.ru.srt", "E01.ru.wav");
    expect(placed.map(({ kind, number, lang }) => [kind, number, lang])).toEqual([["subtitles", 1, "ru"], ["sound", 1, "ru"]]);
    expect(asked).toEqual([]);
  });

  test("what is too large for words is no question of a number", () => {
    expect(matchSubtitles([named("E01.ru.srt", 5_000_000)], [1], ({ path }) => path).asked[0]?.doubt).toBe("too_large");
  });
});
