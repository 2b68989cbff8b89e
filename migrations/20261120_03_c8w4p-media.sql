-- Media: originals as uploaded, packages as published, and the state people see
-- depends: 20261120_02_b3v9t-catalog

-- migrate: apply
CREATE TABLE original (
  id             uuid PRIMARY KEY,
  episode_id     bigint NOT NULL REFERENCES episode,
  account_id     bigint NOT NULL REFERENCES account,
  file_name      text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 300),
  size           bigint NOT NULL CHECK (size > 0),
  part_size      int NOT NULL CHECK (part_size > 0),
  storage_key    text NOT NULL,
  storage_upload text NOT NULL,
  state          text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'received', 'aborted')),
  sha256         text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  created_at     timestamptz NOT NULL DEFAULT now(),
  expires_at     timestamptz NOT NULL,
  received_at    timestamptz
);
CREATE INDEX original_by_episode ON original (episode_id, created_at DESC);
-- One upload at a time per episode: two browsers cannot fill the same place with different files.
CREATE UNIQUE INDEX original_open ON original (episode_id) WHERE state = 'open';

-- What the sender says each part is, fixed before its first byte is accepted.
CREATE TABLE original_part (
  original_id uuid NOT NULL REFERENCES original ON DELETE CASCADE,
  number      int NOT NULL CHECK (number > 0),
  size        int NOT NULL CHECK (size > 0),
  sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  PRIMARY KEY (original_id, number)
);

CREATE TABLE package (
  id             uuid PRIMARY KEY,
  episode_id     bigint NOT NULL REFERENCES episode,
  original_id    uuid NOT NULL REFERENCES original,
  state          text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'encoding', 'ready', 'failed')),
  progress       smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  rung           text,
  attempts       smallint NOT NULL DEFAULT 0,
  failure_code   text,
  failure_detail text,
  descriptor     jsonb,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  ready_at       timestamptz,
  CHECK ((state = 'failed') = (failure_code IS NOT NULL)),
  CHECK ((state = 'ready') = (ready_at IS NOT NULL AND descriptor IS NOT NULL))
);
CREATE INDEX package_by_episode ON package (episode_id, created_at DESC);
CREATE INDEX package_ready ON package (episode_id, ready_at DESC) WHERE state = 'ready';
-- An episode has at most one package under way.
CREATE UNIQUE INDEX package_under_way ON package (episode_id) WHERE state IN ('queued', 'encoding');
CREATE INDEX package_queue ON package (created_at) WHERE state = 'queued';

-- What viewers get: the newest package that is ready.
CREATE VIEW current_package AS
  SELECT DISTINCT ON (episode_id) episode_id, id, descriptor, ready_at
  FROM package WHERE state = 'ready' ORDER BY episode_id, ready_at DESC;

-- The state a producer sees is derived, never stored, so it cannot contradict what happened.
CREATE VIEW episode_state AS
  SELECT e.id, e.series_id AS series, e.number, e.title,
         CASE WHEN o.state = 'open' THEN 'uploading'
              WHEN p.state IS NOT NULL THEN p.state
              WHEN o.state = 'received' THEN 'received'
              ELSE 'awaiting_upload' END AS state,
         CASE WHEN o.state = 'open' THEN 0 ELSE coalesce(p.progress, 0) END AS progress,
         p.rung, p.failure_code, p.failure_detail,
         o.file_name, o.size, CASE WHEN o.state = 'open' THEN o.id END AS upload,
         c.id AS package, c.descriptor,
         CASE WHEN p.state = 'queued' AND o.state <> 'open'
              THEN (SELECT count(*) + 1 FROM package q WHERE q.state = 'queued' AND q.created_at < p.created_at) END AS queue_position,
         array(SELECT s.lang FROM subtitle s WHERE s.episode_id = e.id ORDER BY s.lang) AS subtitles,
         greatest(e.created_at, o.created_at, p.updated_at) AS updated_at
  FROM episode e
  LEFT JOIN LATERAL (SELECT * FROM original WHERE episode_id = e.id AND state <> 'aborted' ORDER BY created_at DESC LIMIT 1) o ON true
  LEFT JOIN LATERAL (SELECT * FROM package WHERE episode_id = e.id ORDER BY created_at DESC LIMIT 1) p ON true
  LEFT JOIN current_package c ON c.episode_id = e.id;

CREATE FUNCTION tell_episode_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('episode_state', NEW.episode_id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER package_told AFTER INSERT OR UPDATE ON package FOR EACH ROW EXECUTE FUNCTION tell_episode_state();
CREATE TRIGGER original_told AFTER INSERT OR UPDATE ON original FOR EACH ROW EXECUTE FUNCTION tell_episode_state();

-- migrate: rollback
DROP VIEW episode_state, current_package;
DROP TABLE package, original_part, original;
DROP FUNCTION tell_episode_state;
