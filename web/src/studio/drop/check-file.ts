/** What this browser can tell about a file before a byte of it is sent. */

export interface Checked {
  width: number;
  height: number;
  /** seconds */
  duration: number;
}

const PATIENCE = 8000;

/** null where the browser cannot read the format; the festival's machines know more of them. */
export function checkFile(file: File): Promise<Checked | null> {
  const video = document.createElement("video");
  const url = URL.createObjectURL(file);
  return new Promise<Checked | null>((resolve) => {
    const timer = setTimeout(() => { resolve(null); }, PATIENCE);
    video.preload = "metadata";
    video.muted = true;
    video.onerror = () => { resolve(null); };
    video.onloadedmetadata = () => {
      clearTimeout(timer);
      const seen = video.videoWidth > 0 && Number.isFinite(video.duration);
      resolve(seen ? { width: video.videoWidth, height: video.videoHeight, duration: video.duration } : null);
    };
    video.src = url;
  }).finally(() => {
    video.removeAttribute("src");
    URL.revokeObjectURL(url);
  });
}

/** A little wider than tall is certainly not upright; what is nearly square is for the festival's rules to judge. */
export function isUpright(checked: Checked): boolean {
  return checked.height > checked.width;
}
