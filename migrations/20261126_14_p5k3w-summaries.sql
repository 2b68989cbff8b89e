-- How films played: one line for each playing of an episode, to see where starts are slow and pictures stand still; likes
-- depends: 20261126_13_q9r2d-minimum

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
  rungs      jsonb NOT NULL,
  liked      boolean NOT NULL
);
CREATE INDEX playback_summary_by_episode ON playback_summary (episode_id, hour);
-- What two quick taps on a film do.
ALTER TABLE festival ADD COLUMN double_tap text NOT NULL DEFAULT 'like' CHECK (double_tap IN ('like', 'seek'));

-- migrate: rollback
ALTER TABLE festival DROP COLUMN double_tap;
DROP TABLE playback_summary;
