/** A small picture of a film, where this browser can play it. */

const PATIENCE = 6000;
const HEIGHT = 128;

/** The address of a JPEG of this file's first seconds; null where the browser cannot show it. Revoke it when it is not shown any more. */
export async function frameOf(file: Blob): Promise<string | null> {
  const video = document.createElement("video");
  const url = URL.createObjectURL(file);
  try {
    video.muted = true;
    video.preload = "auto";
    video.src = url;
    await heard(video, "loadedmetadata");
    video.currentTime = Math.min(1.5, (video.duration || 0) / 4);
    await heard(video, "seeked");
    return await drawn(video);
  } catch {
    return null;
  } finally {
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(url);
  }
}

function heard(video: HTMLVideoElement, event: "loadedmetadata" | "seeked"): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error("no picture in time")); }, PATIENCE);
    const end = (then: () => void) => () => {
      clearTimeout(timer);
      then();
    };
    video.addEventListener(event, end(resolve), { once: true });
    video.addEventListener("error", end(() => { reject(new Error("not for this browser")); }), { once: true });
  });
}

async function drawn(video: HTMLVideoElement): Promise<string | null> {
  const { videoWidth: width, videoHeight: height } = video;
  if (!width || !height) return null;
  const canvas = document.createElement("canvas");
  canvas.height = HEIGHT;
  canvas.width = Math.max(1, Math.round((HEIGHT * width) / height));
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  const picture = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.7); });
  return picture && URL.createObjectURL(picture);
}
