import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Rendition, VideoRendition } from "../src/api/types";
import { chooseFamily, isEasy, refuseAv1, refusesAv1, type Ease } from "../src/shared/player/codecs";
import { familyOf } from "../src/shared/player/families";
import { chooseRung, within, type Conditions } from "../src/shared/player/rungs";
import { soundFor } from "../src/shared/player/sound";

const rung = (name: string, width: number, bitrate: number): VideoRendition => ({
  name, width, height: (width * 16) / 9, codec: name.startsWith("av1") ? "av01.0.04M.08" : "avc1.64001e", bitrate, init: "", segments: [1, 2, 4], bytes: 1,
});
const v360 = rung("v360", 360, 300_000);
const v540 = rung("v540", 540, 700_000);
const v720 = rung("v720", 720, 1_300_000);
const v1080 = rung("v1080", 1080, 3_000_000);
const a540 = rung("av1-540", 540, 280_000);
const a720 = rung("av1-720", 720, 500_000);
const film = { video: [v360, v540, v720, v1080, a540, a720], fps: 24 };
const easy: Ease = { supported: true, smooth: true, powerEfficient: true };
const now = (change: Partial<Conditions>): Conditions => ({
  family: "av1", estimate: 10_000_000, ahead: 8, current: v360, saver: false, pixels: 780, audioBitrate: 64_000, ...change,
});

describe("chooseFamily", () => {
  test("AV1 where every size of it is decoded with ease", async () => {
    expect(await chooseFamily(film, () => Promise.resolve(easy))).toBe("av1");
  });

  test.each<[string, Ease | undefined]>([
    ["is not supported", { ...easy, supported: false }],
    ["would stutter", { ...easy, smooth: false }],
    ["would empty the battery", { ...easy, powerEfficient: false }],
    ["cannot be asked about", undefined],
  ])("H.264 where one size of it %s", async (_, answer) => {
    expect(await chooseFamily(film, (asked) => Promise.resolve(asked === a720 ? answer : easy))).toBe("h264");
  });

  test("a film without AV1 asks nothing", async () => {
    const ask = vi.fn();

    expect(await chooseFamily({ video: [v360, v540], fps: 24 }, ask)).toBe("h264");
    expect(ask).not.toHaveBeenCalled();
  });

  test("nothing asked is nothing easy", () => {
    expect(isEasy([])).toBe(false);
  });
});

describe("rungs within a codec", () => {
  test("H.264 alone on a device that wants nothing else", () => {
    expect(within(film.video, "h264")).toEqual([v360, v540, v720, v1080]);
    expect(chooseRung(film.video, now({ family: "h264" }))).toBe(v720);
  });

  test("AV1, and of H.264 what shows more than any AV1", () => {
    expect(within(film.video, "av1")).toEqual([v1080, a540, a720]);
  });

  test("a phone takes the best AV1 its link carries", () => {
    expect(chooseRung(film.video, now({}))).toBe(a720);
    expect(chooseRung(film.video, now({ estimate: 500_000 }))).toBe(a540);
  });

  test("a large screen with a good link still takes the largest picture", () => {
    expect(chooseRung(film.video, now({ pixels: 1080 }))).toBe(v1080);
    expect(chooseRung(film.video, now({ pixels: 1080, estimate: 2_000_000 }))).toBe(a720);
  });

  test("a link too narrow for AV1 falls back to a smaller H.264", () => {
    const small = rung("v360", 360, 150_000);

    expect(chooseRung([small, v540, a540, a720], now({ estimate: 350_000, current: a540 }))).toBe(small);
  });

  test("the data saver takes the fewest bytes of all", () => {
    expect(chooseRung(film.video, now({ saver: true }))).toBe(a540);
    expect(chooseRung(film.video, now({ saver: true, family: "h264" }))).toBe(v360);
  });

  test("leaves the start rung for something not larger while little is buffered", () => {
    expect(chooseRung(film.video, now({ ahead: 1 }))).toBe(a540);
  });

  test("knows a codec by its name", () => {
    expect(film.video.map(familyOf)).toEqual(["h264", "h264", "h264", "h264", "av1", "av1"]);
  });
});

describe("a device that failed on AV1", () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    kept.clear();
    vi.stubGlobal("sessionStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
  });

  test("is not given it again in this tab", () => {
    expect(refusesAv1()).toBe(false);
    refuseAv1();
    expect(refusesAv1()).toBe(true);
  });
});

describe("soundFor", () => {
  const sound = (name: string, lang: string | null): Rendition => ({ name, lang, codec: "mp4a.40.2", bitrate: 64_000, init: "", segments: [], bytes: 1, dub: false });
  const [first, russian, chinese] = [sound("a64", null), sound("a64-ru", "ru"), sound("a64-zh", "zh-Hans")];

  test("the first of the wanted languages that the film has", () => {
    expect(soundFor([first, russian, chinese], ["ru"])).toBe(russian);
    expect(soundFor([first, russian, chinese], ["kk", "zh", "ru"])).toBe(chinese);
  });

  test("else the film's own first: nobody is given a dub unasked", () => {
    expect(soundFor([first, russian], ["kk"])).toBe(first);
    expect(soundFor([first, russian])).toBe(first);
    expect(soundFor([], ["ru"])).toBeUndefined();
  });
});
