/** For films our own loader cannot play: hls.js, fetched only then. The whole of it: its light build leaves out sounds. */

import type { Rendition, Stream } from "../../api/types";

export interface Played {
  close(): void;
  /** The sound at this place of the stream's. */
  hear(index: number): void;
}

export async function playByLibrary(video: HTMLVideoElement, stream: Stream, startAt: number, sound: Rendition | undefined, onlost: (error: Error) => void): Promise<Played> {
  const { default: Hls } = await import("hls.js");
  if (!Hls.isSupported()) throw new Error("nothing here plays this film");
  const player = new Hls({
    startPosition: startAt,
    startLevel: 0,
    testBandwidth: false,
    startFragPrefetch: true,
    maxBufferLength: 12,
    maxMaxBufferLength: 30,
    backBufferLength: 4,
    capLevelToPlayerSize: true,
    maxDevicePixelRatio: 2,
    lowLatencyMode: false,
    enableWorker: false, // its worker would be made from text, which the pages' policy forbids
    preferManagedMediaSource: true,
    renderTextTracksNatively: false, // the page draws subtitles itself
  });
  player.on(Hls.Events.ERROR, (_event, { fatal, error, response }) => {
    // What a confidential film is refused with is final; asking again for a quarter of a minute only stands in the way of saying so.
    const code = response?.code ?? 0;
    const refused = stream.encrypted && code >= 400 && code < 500 && code !== 429;
    if (!fatal && !refused) return;
    player.destroy();
    onlost(error);
  });
  const hear = (index: number): void => { player.audioTrack = index; };
  player.on(Hls.Events.MANIFEST_PARSED, () => { if (sound) hear(stream.audio.findIndex(({ name }) => name === sound.name)); });
  player.loadSource(stream.master);
  player.attachMedia(video);
  return { close: () => { player.destroy(); }, hear };
}
