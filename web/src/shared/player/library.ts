/** For films our own loader cannot play: hls.js, fetched only then. */

export interface Played {
  close(): void;
}

export async function playByLibrary(video: HTMLVideoElement, master: string, startAt: number, onlost: (error: Error) => void): Promise<Played> {
  const { default: Hls } = await import("hls.js/light");
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
  });
  player.on(Hls.Events.ERROR, (_event, { fatal, error }) => {
    if (!fatal) return;
    player.destroy();
    onlost(error);
  });
  player.loadSource(master);
  player.attachMedia(video);
  return { close: () => { player.destroy(); } };
}
