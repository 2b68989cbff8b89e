import { openAsBlob, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rateOf } from "../../src/studio/drop/container";
import { gate } from "../../src/studio/drop/gate";
import { lookInto } from "../../src/studio/drop/look-into";

const box = (kind: string, content: number[] = [], length = content.length + 8): number[] => [...new Uint8Array(new Uint32Array([length]).buffer).toReversed(), ...Array.from(kind, (sign) => sign.charCodeAt(0)), ...content];
const file = (...parts: (string | number[])[]): Blob => new Blob(parts.map((part) => (typeof part === "string" ? part : new Uint8Array(part))));
const FTYP = box("ftyp", [105, 115, 111, 109, 0, 0, 0, 0]);

describe("gate", () => {
  test.each([
    ["a PDF", file("%PDF-1.7"), { code: "not-a-video", values: { found: "a PDF document" } }],
    ["an archive", file("PK\x03\x04 something"), { code: "not-a-video", values: { found: "an archive or an office document" } }],
    ["a text", file("A few words about my film.\n"), { code: "not-a-video", values: { found: "a text" } }],
    ["a playlist", file("#EXTM3U\n#EXTINF:4,\nfile:///etc/hostname\n"), { code: "playlist-not-video", values: {} }],
    ["a playlist in XML", file("\n <?xml version='1.0'?><MPD></MPD>"), { code: "playlist-not-video", values: {} }],
    ["a photo", file([0xff, 0xd8, 0xff, 0xe0]), { code: "image-not-video", values: {} }],
    ["a photo in boxes", file(box("ftyp", [104, 101, 105, 99])), { code: "image-not-video", values: {} }],
    ["an AVI", file("RIFF\0\0\0\0AVI "), { code: "unsupported-codec", values: { codec: "AVI" } }],
    ["a song", file("ID3\x04"), { code: "no-video-track", values: { found: "sound" } }],
    ["zeros", file([0, 0, 0, 0, 0, 0]), { code: "unreadable-file", values: {} }],
    ["a film without its index", file(FTYP, box("mdat", [1, 2, 3])), { code: "unreadable-file", values: {} }],
    ["a film whose end is missing", file(FTYP, box("moov"), box("mdat", [1, 2, 3], 9000)), { code: "unreadable-file", values: {} }],
    ["a film whole by its boxes", file(FTYP, box("moov"), box("mdat", [1, 2, 3])), null],
    ["a film that is padded", file(FTYP, box("moov"), [0, 0, 0, 0, 0, 0, 0, 0]), null],
    ["a last box to the end of the file", file(FTYP, box("moov"), box("mdat", [1, 2, 3], 0)), null],
    ["a Matroska", file([0x1a, 0x45, 0xdf, 0xa3, 1, 2, 3]), null],
  ])("%s", async (_, blob, expected) => {
    expect(await gate(blob)).toEqual(expected);
  });
});

test("a rate that varies is told from times that are only rounded", () => {
  const steady = Array.from({ length: 100 }, (_, index) => Math.round(index * 33.37) / 1000);
  expect([Math.round(rateOf(steady).fps ?? 0), rateOf(steady).variable]).toEqual([30, false]);
  const uneven = Array.from({ length: 100 }, (_, index) => index / 30).filter((__, index) => index % 5 !== 0);
  expect(rateOf(uneven).variable).toBe(true);
  expect(rateOf([0])).toEqual({ fps: null, variable: false });
});

const media = process.env["TEST_MEDIA"] ?? "";

describe.skipIf(!existsSync(join(media, "clips")))("real films", () => {
  const look = async (path: string) => lookInto(await openAsBlob(join(media, path)));

  test.each([
    ["clips/c01_conf_crowd_native_404x720_30fps.mp4", { width: 404, height: 720, turned: false, variable: false, hdr: false, sound: true }, 11.98, 30],
    ["clips/c03_nails_native_1080x1916_30fps_noaudio.mp4", { width: 1080, height: 1916, turned: false, variable: false, hdr: false, sound: false }, 8, 30],
    ["clips/c06_phone_hlg_hevc10_rot90_vfr_editlist.mp4", { width: 1080, height: 1920, turned: true, hdr: true, sound: true }, 2.55, 28],
    ["clips/c07_phone_hdr10_av1_native_720x1280.mp4", { width: 720, height: 1280, turned: false, hdr: true, sound: true }, 4.24, 30],
    ["clips/c08_conf_landscape_stored_rot90_30fps.mp4", { width: 404, height: 720, turned: true, variable: false, hdr: false, sound: true }, 21.97, 30],
    ["clips/c09_butterfly_bee_crop_404x720_2997fps_vp9_opus.webm", { width: 404, height: 720, variable: false, hdr: false, sound: true }, 11.59, 30],
    ["clips/c11_phone_roofs_crop_202x360_vfr.mp4", { width: 202, height: 360, variable: true, sound: true }, 17.06, 19],
    ["clips/c14_tos_crop_404x720_24fps_prores_pcm.mov", { width: 404, height: 720, variable: false, sound: true }, 3, 24],
    ["clips/c16_bee_landscape_1280x720_2997fps.mp4", { width: 1280, height: 720, variable: false, sound: true }, 4.04, 30],
  ])("%s", async (path, expected, seconds, fps) => {
    const { found, refusal } = await look(path);
    expect(refusal).toBeNull();
    expect(found).toMatchObject(expected);
    expect(Math.abs((found?.seconds ?? 0) - seconds)).toBeLessThan(0.3);
    expect(Math.abs((found?.fps ?? 0) - fps)).toBeLessThan(1.5);
  });

  test.each([
    ["bad/x1_no_moov.mp4", "unreadable-file"],
    ["bad/x2_playlist_named_mp4.mp4", "playlist-not-video"],
    ["bad/x3_audio_only.mp4", "no-video-track"],
    ["bad/x4_photo.mp4", "image-not-video"],
    ["bad/x5_pdf.mp4", "not-a-video"],
  ])("%s is refused as %s", async (path, code) => {
    expect((await look(path)).refusal?.code).toBe(code);
  });
});
