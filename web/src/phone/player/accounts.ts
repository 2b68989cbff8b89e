/** What a player tells the festival of what was played: nothing the picture waits for. */

export { Heartbeats } from "./heartbeats";
export { Summaries } from "./summaries";
export { Seen } from "./seen";
