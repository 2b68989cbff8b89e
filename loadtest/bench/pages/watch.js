// Before anything else in every page of the bench: which frames were presented, when, and of what.
const seen = { frames: [], lifted: 0, lcp: 0, shift: 0, events: [], stalls: [] };
window.bench = seen;
// A promise of the first frame that fits, for a policy that lets nobody evaluate text again and again.
let hear = () => {};
seen.frame = (fits) => new Promise((resolve) => {
  hear = () => {
    const found = seen.frames.find(fits);
    if (found) resolve(found[1]);
  };
  hear();
});
const kinds = new WeakMap();
let count = 0;
function follow(video) {
  const kind = ++count;
  kinds.set(video, kind);
  const note = (_now, { presentationTime, mediaTime }) => {
    if (kinds.get(video) !== kind) return;
    seen.frames.push([kind, presentationTime, mediaTime]);
    hear();
    video.requestVideoFrameCallback(note);
  };
  video.requestVideoFrameCallback(note);
}
document.addEventListener("loadstart", ({ target }) => { if (target instanceof HTMLVideoElement) follow(target); }, true);
document.addEventListener("waiting", ({ target }) => {
  if (target instanceof HTMLVideoElement && target.currentTime > 0.2 && !target.ended && !target.seeking) seen.stalls.push([performance.now(), target.currentTime]);
}, true);
addEventListener("pointerup", ({ timeStamp }) => { seen.lifted = timeStamp; }, true);
const look = (type, take, more = {}) => new PerformanceObserver((list) => { for (const entry of list.getEntries()) take(entry); }).observe({ type, buffered: true, ...more });
look("largest-contentful-paint", ({ startTime }) => { seen.lcp = startTime; });
look("layout-shift", ({ value, hadRecentInput }) => { if (!hadRecentInput) seen.shift += value; });
look("event", ({ interactionId, duration, name }) => { if (interactionId) seen.events.push([interactionId, duration, name]); }, { durationThreshold: 16 });
