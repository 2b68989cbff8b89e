import { describe, expect, test } from "vitest";
import { cueStart, linesAt, parseVtt } from "../src/shared/player/subtitles";

const FILE = `\uFEFFWEBVTT - with a title

NOTE nobody reads this
00:00.000 --> 00:01.000 is not a cue

STYLE
::cue { color: red }

1
00:01.000 --> 00:03.500 line:90%
Nobody takes the <i>last</i> one
to get home.

00:00:03.000 --> 00:00:04.000
<v Ana>You &amp; me &lt;3</v>
`.replace(/\n/g, "\r\n");

describe("parseVtt", () => {
  test("reads cues with and without hours and drops settings, tags and styles", () => {
    expect(parseVtt(FILE)).toEqual([
      { start: 1, end: 3.5, lines: ["Nobody takes the last one", "to get home."] },
      { start: 3, end: 4, lines: ["You & me <3"] },
    ]);
  });

  test("a file that is no subtitle shows nothing", () => {
    expect(parseVtt("<html>not found</html>")).toEqual([]);
  });
});

describe("what is shown", () => {
  const cues = parseVtt(FILE);

  test("all cues of the moment, in order", () => {
    expect(linesAt(cues, 0.5)).toEqual([]);
    expect(linesAt(cues, 3.2)).toEqual(["Nobody takes the last one", "to get home.", "You & me <3"]);
    expect(linesAt(cues, 4)).toEqual([]);
  });

  test("knows when the newest of them began", () => {
    expect(cueStart(cues, 3.2)).toBe(3);
    expect(cueStart(cues, 9)).toBeNull();
  });
});
