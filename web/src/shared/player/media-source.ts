/** MediaSource under its two names, and what to do where there is none. */

declare global {
  interface ManagedMediaSource extends MediaSource {
    readonly streaming: boolean;
  }
  interface Window {
    ManagedMediaSource?: { new (): ManagedMediaSource; isTypeSupported(type: string): boolean };
  }
}

export type Delivery = "source" | "managed" | "native";

/** Phones that have ManagedMediaSource have it instead of MediaSource, or want it: it saves their battery. */
export function delivery(video: HTMLVideoElement): Delivery {
  if (typeof window.ManagedMediaSource === "function") return "managed";
  if (typeof window.MediaSource === "function") return "source";
  return video.canPlayType("application/vnd.apple.mpegurl") ? "native" : "source";
}

export interface OpenedSource {
  source: MediaSource;
  url: string;
  opened: Promise<void>;
}

export function openSource(video: HTMLVideoElement, how: Delivery): OpenedSource {
  const managed = how === "managed" ? window.ManagedMediaSource : undefined;
  const source = managed ? new managed() : new MediaSource();
  if (managed) video.disableRemotePlayback = true;
  const opened = new Promise<void>((resolve) => {
    source.addEventListener("sourceopen", () => { resolve(); }, { once: true });
  });
  const url = URL.createObjectURL(source);
  video.src = url;
  return { source, url, opened };
}
