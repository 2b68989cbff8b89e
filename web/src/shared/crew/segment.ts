import type { EpisodeState } from "../../api/types";

/** One episode in a bar of them. */
export interface Segment {
  id: number;
  state: EpisodeState["state"];
  /** 0..1, where it is under way */
  done: number;
}
