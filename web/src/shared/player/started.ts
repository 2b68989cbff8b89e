import type { OpenedSource } from "./media-source";
import type { SourceQueue } from "./source-queue";

/** A film that something else has begun: its source, with the init segments of these renditions appended. */
export interface Started {
  opened: OpenedSource;
  picture: { queue: SourceQueue; rung: string };
  sound: { queue: SourceQueue; track: string } | null;
  /** When the first picture was presented, on the page's clock; null while there is none. */
  picturedAt(): number | null;
  /** Begin nothing more; done when what is on its way has arrived. */
  stop(): Promise<void>;
}
