-- Phone: what may be kept on a phone and until when, ratings of single episodes, continuing on another device
-- depends: 20261126_09_i6v2y-review

-- migrate: apply
-- The organisers' switch, and the end of the rights; without one, the end of the festival.
ALTER TABLE series
  ADD COLUMN keep_allowed boolean NOT NULL DEFAULT true,
  ADD COLUMN keep_until timestamptz;

-- Where an episode differs from its series.
ALTER TABLE episode
  ADD COLUMN rating text CHECK (rating IN ('0+', '6+', '12+', '16+', '18+')),
  ADD COLUMN notes jsonb NOT NULL DEFAULT '{}';

-- What one phone hands to another: taken once, gone in minutes, and nobody's name in it.
CREATE TABLE handover (
  code_hash  bytea PRIMARY KEY CHECK (length(code_hash) = 32),
  progress   jsonb NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX handover_by_expiry ON handover (expires_at);

-- migrate: rollback
DROP TABLE handover;
ALTER TABLE episode DROP COLUMN rating, DROP COLUMN notes;
ALTER TABLE series DROP COLUMN keep_allowed, DROP COLUMN keep_until;
