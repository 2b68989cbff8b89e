/** What a film says of itself, read from its container without decoding it. Fetched with the first file that is dropped. */

import { BlobSource, EncodedPacketSink, Input, MATROSKA, MP4, QTFF, WEBM, type InputAudioTrack, type InputVideoTrack } from "mediabunny";
import type { Refusal } from "./kinds";

export interface Found {
  /** of the upright picture, as it is going to be shown */
  width: number;
  height: number;
  seconds: number;
  /** pictures per second; null where that cannot be told */
  fps: number | null;
  /** the rate varies */
  variable: boolean;
  /** stored lying on its side, with a word to turn it */
  turned: boolean;
  hdr: boolean;
  sound: boolean;
}

/** The festival's own lists (transcoder/profiles.py), in this library's names and in those of the containers. */
const VIDEO = new Set(["avc", "hevc", "vp9", "av1", "prores"]);
const VIDEO_BY_ID = new Set(["apch", "apcn", "apcs", "apco", "ap4h", "ap4x", "dvh1", "dvhe", "dva1", "dvav", "V_PRORES"]);
const AUDIO = new Set(["aac", "opus", "vorbis", "mp3", "alac", "flac", "ac3", "eac3"]);
const AUDIO_BY_ID = new Set(["alac", "ac-3", "ec-3", "fl32", "lpcm", "mp4a", "A_ALAC"]);
const MOST_PIXELS = 8_912_896;
/** How many pictures are looked at for the rate. */
const LOOKED_AT = 240;
/** Pictures may stand so much nearer or farther than usual, as times are rounded, and so many of them may do so. */
const UNEVEN = 1.35;
const FEW = 0.02;

export async function readContainer(file: Blob): Promise<Found | Refusal> {
  const input = new Input({ formats: [MP4, QTFF, MATROSKA, WEBM], source: new BlobSource(file) });
  try {
    const [video, audio] = await Promise.all([input.getPrimaryVideoTrack(), input.getPrimaryAudioTrack()]);
    if (!video) return { code: "no-video-track", values: { found: audio ? "sound" : "data" } };
    return (await unreadable(video, audio)) ?? (await describe(input, video, audio));
  } finally {
    input.dispose();
  }
}

async function unreadable(video: InputVideoTrack, audio: InputAudioTrack | null): Promise<Refusal | null> {
  const codec = (await strangeCodec(video, VIDEO, VIDEO_BY_ID)) ?? (audio && (await strangeCodec(audio, AUDIO, AUDIO_BY_ID)));
  if (codec) return { code: "unsupported-codec", values: { codec } };
  const pixels = (await video.getCodedWidth()) * (await video.getCodedHeight());
  return pixels > MOST_PIXELS ? { code: "too-many-pixels", values: {} } : null;
}

/** The name of a codec that the festival does not read. What cannot be named is left to its machines. */
async function strangeCodec(track: InputVideoTrack | InputAudioTrack, codecs: ReadonlySet<string>, ids: ReadonlySet<string>): Promise<string | null> {
  const [codec, id] = await Promise.all([track.getCodec(), track.getInternalCodecId()]);
  if (codec !== null) return codecs.has(codec) || codec.startsWith("pcm-s") ? null : codec;
  return typeof id !== "string" || ids.has(id) ? null : id;
}

async function describe(input: Input, video: InputVideoTrack, audio: InputAudioTrack | null): Promise<Found> {
  const [width, height, rotation] = await Promise.all([video.getDisplayWidth(), video.getDisplayHeight(), video.getRotation()]);
  const [seconds, colours, times] = await Promise.all([input.computeDuration([video]), video.getColorSpace(), timesOf(video)]);
  return {
    width,
    height,
    seconds,
    ...rateOf(times),
    turned: rotation % 180 !== 0,
    hdr: ["pq", "hlg"].includes(String(colours.transfer)),
    sound: audio !== null,
  };
}

/** When the first pictures are shown, in order. */
async function timesOf(video: InputVideoTrack): Promise<number[]> {
  const times: number[] = [];
  for await (const packet of new EncodedPacketSink(video).packets(undefined, undefined, { metadataOnly: true })) {
    times.push(packet.timestamp);
    if (times.length >= LOOKED_AT) break;
  }
  return times.sort((a, b) => a - b);
}

export function rateOf(times: readonly number[]): { fps: number | null; variable: boolean } {
  // The last ones may wait for pictures that were not looked at any more.
  const gaps = times.slice(1, -4).map((time, index) => time - (times[index] ?? 0)).filter((gap) => gap > 0);
  const sum = gaps.reduce((all, gap) => all + gap, 0);
  if (gaps.length < 2 || sum === 0) return { fps: null, variable: false };
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const uneven = gaps.filter((gap) => gap > usual * UNEVEN || gap < usual / UNEVEN).length;
  return { fps: gaps.length / sum, variable: uneven > Math.max(1, gaps.length * FEW) };
}
