/** The code on a badge: an address of this festival that ends with the badge's token. Pure but for the camera. */

const PATH = /^\/b\/([^/]+)\/?$/;

/** The token of a scanned text; null for any other code. */
export function tokenOf(text: string): string | null {
  try {
    const found = PATH.exec(new URL(text).pathname)?.[1];
    return found ? decodeURIComponent(found) : null;
  } catch {
    return null;
  }
}

export type Reader = (video: HTMLVideoElement) => Promise<string | null>;

interface Detector {
  detect: (source: CanvasImageSource) => Promise<{ rawValue: string }[]>;
}

/** The browser's own reader where it has one, else one of ours, fetched only now. */
export async function openReader(): Promise<Reader> {
  const own = (window as unknown as { BarcodeDetector?: { new (options: { formats: string[] }): Detector } }).BarcodeDetector;
  if (own) {
    const detector = new own({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  const { default: read } = await import("jsqr");
  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    if (!paper || !video.videoWidth) return Promise.resolve(null);
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    paper.drawImage(video, 0, 0);
    const { data, width, height } = paper.getImageData(0, 0, canvas.width, canvas.height);
    return Promise.resolve(read(data, width, height)?.data ?? null);
  };
}

export function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" }, audio: false });
}
