/** A worker of its own, which goes on where the page hangs: without a sign of life it asks for the page anew. */

const SILENCE = 20_000;
let heard = performance.now();

self.onmessage = () => { heard = performance.now(); };

setInterval(() => {
  if (performance.now() - heard < SILENCE) return;
  heard = performance.now();
  void fetch("/kiosk/hangs").catch(() => undefined);
}, 1_000);
