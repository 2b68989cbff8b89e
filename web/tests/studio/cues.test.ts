import { describe, expect, test } from "vitest";
import * as edit from "../../src/studio/subtitles/cues";
import { History } from "../../src/studio/subtitles/history";
import { actOf } from "../../src/studio/subtitles/keys";

const cue = (start: number, end: number, text = "Hello"): edit.Cue => ({ start, end, text });
const two = [cue(1000, 2000, "One"), cue(3000, 4000, "Two")];
const finding = (fault: edit.Finding["fault"], index: number | null, limit: number | null = null): edit.Finding => ({ fault, cue: index, value: null, limit, mend: true });
const free = { rtl: false, filmMs: null };

describe("times", () => {
  test("in and out are set at the playhead, and a cue never ends before it begins", () => {
    expect(edit.setIn(two, 1, 3200.4)[1]).toEqual(cue(3200, 4000, "Two"));
    expect(edit.setIn(two, 1, 5000)[1]).toEqual(cue(5000, 5100, "Two"));
    expect(edit.setOut(two, 0, 2500)[0]).toEqual(cue(1000, 2500, "One"));
    expect(edit.setOut(two, 1, 500)[1]).toEqual(cue(400, 500, "Two"));
  });

  test("one is nudged, or all from here, and none before the beginning", () => {
    expect(edit.nudge(two, 0, 100)).toEqual([cue(1100, 2100, "One"), two[1]]);
    expect(edit.nudge(two, 0, -5000)[0]).toEqual(cue(0, 1000, "One"));
    expect(edit.shiftFrom(two, 1, -400)).toEqual([two[0], cue(2600, 3600, "Two")]);
    expect(edit.shiftFrom(two, 0, -5000)).toEqual([cue(0, 1000, "One"), cue(2000, 3000, "Two")]);
  });

  test.each([["62.3", 62_300], ["1:02.3", 62_300], ["0:01:02,345", 62_345], ["7", 7000], ["", null], ["1:2:3:4", null], ["-3", null], ["abc", null]])("%s as a time is %s", (text, expected) => {
    expect(edit.parseStamp(text)).toBe(expected);
  });

  test.each([0, 7, 999, 62_345, 3_723_004])("%i ms can be written and read again", (milliseconds) => {
    expect(edit.parseStamp(edit.stamp(milliseconds))).toBe(milliseconds);
    expect(edit.parseStamp(edit.shortStamp(milliseconds))).toBe(milliseconds);
  });
});

describe("one and two", () => {
  test("split at the playhead and at the caret", () => {
    expect(edit.split([cue(1000, 3000, "Good evening, friends")], 0, 1500, 13)).toEqual([cue(1000, 1500, "Good evening,"), cue(1500, 3000, "friends")]);
  });

  test("split in the middle where the playhead is elsewhere, at a line's end or a space", () => {
    expect(edit.split([cue(1000, 3000, "Good evening\nfriends")], 0, 9000)).toEqual([cue(1000, 2000, "Good evening"), cue(2000, 3000, "friends")]);
    expect(edit.split([cue(0, 2000, "晚上好朋友")], 0, 9000).map(({ text }) => text)).toEqual(["晚上好", "朋友"]);
  });

  test("merge keeps all words and the whole time", () => {
    expect(edit.merge(two, 0)).toEqual([cue(1000, 4000, "One\nTwo")]);
    expect(edit.merge(two, 1)).toEqual(two);
  });

  test("a new one takes the room there is", () => {
    expect(edit.add(two, 2200)).toEqual({ cues: [two[0], cue(2200, 3000, ""), two[1]], index: 1 });
    expect(edit.add([], 500)).toEqual({ cues: [cue(500, 2500, "")], index: 0 });
  });
});

describe("mend", () => {
  test.each<[edit.Finding, edit.Cue[], edit.Cue[]]>([
    [finding("overlap", 0), [cue(0, 3000, "A"), cue(2000, 4000, "B")], [cue(0, 2000, "A"), cue(2000, 4000, "B")]],
    [finding("overlap", 0), [cue(0, 3000, "A"), cue(0, 4000, "B")], [cue(0, 4000, "A\nB")]],
    [finding("fast", 0, 10), [cue(0, 1000, "a".repeat(20)), cue(5000, 6000)], [cue(0, 2000, "a".repeat(20)), cue(5000, 6000)]],
    [finding("fast", 0, 10), [cue(0, 1000, "a".repeat(20)), cue(1500, 6000)], [cue(0, 1500, "a".repeat(20)), cue(1500, 6000)]],
    [finding("short", 0), [cue(0, 200)], [cue(0, 1000)]],
    [finding("backwards", 0), [cue(1000, 800)], [cue(1000, 2000)]],
    [finding("empty", 0), [cue(0, 1000, ""), cue(2000, 3000)], [cue(2000, 3000)]],
    [finding("long_line", 0, 12), [cue(0, 9000, "Good evening my dear friends")], [cue(0, 9000, "Good evening\nmy dear\nfriends")]],
    [finding("long_line", 0, 14), [cue(0, 9000, "末班车半夜才走，你怎么又来晚了？")], [cue(0, 9000, "末班车半夜才走，\n你怎么又来晚了？")]],
    [finding("marks", 0), [cue(0, 9000, "\u202bhello\u200f")], [cue(0, 9000, "hello")]],
    [finding("unreadable", 0), [cue(0, 9000, "a\ufffd")], [cue(0, 9000, "a\ufffd")]],
  ])("%o", (found, before, after) => {
    expect(edit.mend(before, found, free)).toEqual(after);
  });

  test("what stands beyond the film ends with it, or goes", () => {
    const film = { rtl: false, filmMs: 5000 };
    expect(edit.mend([cue(4000, 9000)], finding("beyond", 0), film)).toEqual([cue(4000, 5000)]);
    expect(edit.mend([cue(6000, 9000)], finding("beyond", 0), film)).toEqual([]);
  });

  test("a sign put first for the eye of an editor goes to the end of a right-to-left line", () => {
    expect(edit.mend([cue(0, 9000, "\u202b.سلام دوست")], finding("marks", 0), { rtl: true, filmMs: null })[0]?.text).toBe("سلام دوست.");
    expect(edit.mend([cue(0, 9000, "...سلام")], finding("marks", 0), { rtl: true, filmMs: null })[0]?.text).toBe("...سلام");
  });

  test("all at once, and a cue that goes takes none of the others' mending", () => {
    const cues = [cue(0, 200, "A"), cue(2000, 1000, ""), cue(3000, 3100, "C")];
    const found = [finding("short", 0), finding("empty", 1), finding("backwards", 1), finding("short", 2)];
    expect(edit.mendAll(cues, found, free)).toEqual([cue(0, 1000, "A"), cue(3000, 4000, "C")]);
  });

  test("no words are lost by wrapping", () => {
    const text = "one two three four five six seven eight nine ten eleven";
    const lines = edit.wrapped(text, 16).split("\n");
    expect(lines.join(" ")).toBe(text);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(16);
  });
});

test("saved as WebVTT that means the same", () => {
  expect(edit.toVtt([cue(3000, 4000, "a < b & c"), cue(62_345, 63_000, "x\n\n y ")])).toBe("WEBVTT\n\n00:00:03.000 --> 00:00:04.000\na &lt; b &amp; c\n\n00:01:02.345 --> 00:01:03.000\nx\ny\n");
});

describe("steps", () => {
  test("are taken back and again, and typing is one", () => {
    const history = new History("a");
    history.push("ab", "text 0");
    history.push("abc", "text 0");
    history.push("abc!");
    history.undo();
    expect(history.now).toBe("abc");
    history.undo();
    expect([history.now, history.canUndo, history.canRedo]).toEqual(["a", false, true]);
    history.redo();
    history.redo();
    expect([history.now, history.canRedo]).toEqual(["abc!", false]);
  });

  test("what is done after going back takes the place of what was ahead", () => {
    const history = new History(1);
    history.push(2);
    history.undo();
    history.push(3);
    history.redo();
    expect(history.now).toBe(3);
  });
});

describe("keys", () => {
  const press = (code: string, more: Partial<Parameters<typeof actOf>[0]> = {}): Parameters<typeof actOf>[0] => ({ code, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...more });

  test("plain keys belong to whoever types", () => {
    expect(actOf(press("Space"), false)).toBe("play");
    expect(actOf(press("Space"), true)).toBeNull();
    expect(actOf(press("KeyM"), false)).toBeNull();
  });

  test("with Alt they work everywhere, with Ctrl and Alt they type signs", () => {
    expect(actOf(press("Comma", { altKey: true }), true)).toBe("earlier");
    expect(actOf(press("Comma", { altKey: true, shiftKey: true }), true)).toBe("frame_back");
    expect(actOf(press("BracketLeft", { altKey: true, ctrlKey: true }), true)).toBeNull();
    expect(actOf(press("KeyZ", { ctrlKey: true }), true)).toBe("undo");
    expect(actOf(press("KeyZ", { metaKey: true, shiftKey: true }), true)).toBe("redo");
  });
});
