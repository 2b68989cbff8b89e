/** Milliseconds after a swipe in which only its picture moves: whatever is written down or sent waits as long. */
export const MOVED_MS = 120;
