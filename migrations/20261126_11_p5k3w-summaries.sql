-- How films played: one line for each playing of an episode, to see where starts are slow and pictures stand still
-- depends: 20261126_09_i6v2y-review

-- migrate: apply
-- `session` is made anew by the player for every playing and stands nowhere else; nothing here leads to a device or to
-- another line, and the time is that of the hour.
CREATE TABLE playback_summary (
  session    uuid PRIMARY KEY,
  episode_id bigint NOT NULL REFERENCES episode ON DELETE CASCADE,
  hour       timestamptz NOT NULL,
  start_ms   integer CHECK (start_ms >= 0),
  stalls     integer NOT NULL CHECK (stalls >= 0),
  stalled_ms integer NOT NULL CHECK (stalled_ms >= 0),
  seconds    real NOT NULL CHECK (seconds >= 0),
  rungs      jsonb NOT NULL
);
CREATE INDEX playback_summary_by_episode ON playback_summary (episode_id, hour);

-- migrate: rollback
DROP TABLE playback_summary;
