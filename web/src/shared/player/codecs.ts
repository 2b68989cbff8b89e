/** H.264 plays everywhere and comes first. AV1 needs half the bytes and is used where the device decodes it with ease. */

import type { Stream, VideoRendition } from "../../api/types";
import { ofFamily, typeOf, type Family } from "./families";

export interface Ease {
  supported: boolean;
  smooth: boolean;
  powerEfficient: boolean;
}

/** What a device says of one picture size; undefined where it cannot be asked. */
export type Ask = (rung: VideoRendition, fps: number) => Promise<Ease | undefined>;

const REFUSED = "tallscreen.av1-refused";

/** Every size must be easy: a player changes between them, and one that stutters or empties the battery saves nothing. */
export function isEasy(answers: readonly (Ease | undefined)[]): boolean {
  return answers.length > 0 && answers.every((answer) => answer?.supported && answer.smooth && answer.powerEfficient);
}

export async function chooseFamily(stream: Pick<Stream, "video" | "fps">, ask: Ask): Promise<Family> {
  const rungs = ofFamily(stream.video, "av1");
  if (rungs.length === 0) return "h264";
  return isEasy(await Promise.all(rungs.map((rung) => ask(rung, stream.fps)))) ? "av1" : "h264";
}

const answers = new Map<string, Promise<Ease | undefined>>();

/** Asks this browser, each question once. */
export const askDevice: Ask = (rung, fps) => {
  const key = [rung.codec, rung.width, rung.height, Math.round(fps)].join();
  const known = answers.get(key);
  if (known) return known;
  const answer = decodingInfo(rung, fps);
  answers.set(key, answer);
  return answer;
};

async function decodingInfo(rung: VideoRendition, fps: number): Promise<Ease | undefined> {
  const { mediaCapabilities } = navigator as { mediaCapabilities?: MediaCapabilities };
  const source = window.ManagedMediaSource ?? window.MediaSource;
  if (!mediaCapabilities || typeof source !== "function" || !source.isTypeSupported(typeOf(rung))) return undefined;
  const { width, height, bitrate } = rung;
  try {
    return await mediaCapabilities.decodingInfo({
      type: "media-source",
      video: { contentType: typeOf(rung), width, height, bitrate, framerate: fps },
    });
  } catch {
    return undefined; // a browser that does not understand the question does not have the decoder
  }
}

/** A device that failed on AV1 once is not tried again in this tab. */
export function refuseAv1(): void {
  sessionStorage.setItem(REFUSED, "1");
}

export function refusesAv1(): boolean {
  return sessionStorage.getItem(REFUSED) === "1";
}

/** For this device, and after what has happened in this tab. */
export async function familyFor(stream: Pick<Stream, "video" | "fps">): Promise<Family> {
  return refusesAv1() ? "h264" : chooseFamily(stream, askDevice);
}
