-- Tiers: a package is made in steps, each a job with its own fence; workers say who they are
-- depends: 20261120_05_e2r6h-jury-desk

-- migrate: apply
ALTER TABLE section ADD COLUMN landscape text NOT NULL DEFAULT 'refuse' CHECK (landscape IN ('refuse', 'letterbox'));

DROP VIEW episode_state;
ALTER TABLE package
  DROP COLUMN rung,
  DROP COLUMN attempts,
  -- What was found out about the original once, for all steps (written by the workers).
  ADD COLUMN source jsonb,
  -- The start rung as far as its producer can watch it.
  ADD COLUMN preview jsonb,
  -- The place in a queue that is fair between companies.
  ADD COLUMN turn bigint NOT NULL DEFAULT 0;
CREATE INDEX package_turn ON package (turn);

-- One step of one package. `attempts` is the fence: who holds an older number may no longer write.
CREATE TABLE tier (
  package_id   uuid NOT NULL REFERENCES package ON DELETE CASCADE,
  name         text NOT NULL CHECK (name IN ('start', 'ladder', 'av1', 'refine', 'edition')),
  state        text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'working', 'done', 'failed')),
  attempts     smallint NOT NULL DEFAULT 0,
  rungs        jsonb NOT NULL DEFAULT '[]',
  seconds_left int,
  failure_code text,
  created_at   timestamptz NOT NULL DEFAULT now(),
  started_at   timestamptz,
  updated_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (package_id, name)
);
CREATE INDEX tier_under_way ON tier (name, state) WHERE state IN ('queued', 'working');

-- A ladder that begins, or comes in, moves the places of those that wait.
CREATE FUNCTION tell_tier_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('episode_state', episode_id::text) FROM package WHERE id = NEW.package_id;
  IF NEW.name = 'ladder' AND (TG_OP = 'INSERT' OR (OLD.state = 'queued') <> (NEW.state = 'queued')) THEN
    PERFORM pg_notify('episode_state', q.episode_id::text)
    FROM tier w JOIN package q ON q.id = w.package_id
    WHERE w.name = 'ladder' AND w.state = 'queued' AND q.state IN ('queued', 'encoding');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tier_told AFTER INSERT OR UPDATE ON tier FOR EACH ROW EXECUTE FUNCTION tell_tier_state();

-- What the first version of this service prepared has another form: it is prepared anew, from the files that are kept.
INSERT INTO package (id, episode_id, original_id, turn)
  SELECT gen_random_uuid(), episode_id, original_id, row_number() OVER (ORDER BY episode_id)
  FROM current_package c JOIN package p USING (id, episode_id)
  WHERE NOT EXISTS (SELECT FROM package u WHERE u.episode_id = c.episode_id AND u.state IN ('queued', 'encoding'));
UPDATE package SET state = 'failed', failure_code = 'superseded', ready_at = NULL, descriptor = NULL WHERE state = 'ready';
INSERT INTO tier (package_id, name)
  SELECT id, name FROM package, unnest(ARRAY['start', 'ladder']) AS name WHERE state IN ('queued', 'encoding');

-- What waits for a worker. A ladder waits behind its own start rung; what is superseded waits for nobody.
CREATE VIEW waiting_tier AS
  SELECT t.package_id, t.name FROM tier t JOIN package p ON p.id = t.package_id
  WHERE t.state = 'queued' AND CASE WHEN t.name IN ('start', 'ladder') THEN p.state IN ('queued', 'encoding') ELSE p.state = 'ready' END;

-- Every worker process says every few seconds that it is there.
CREATE TABLE worker (
  id         uuid PRIMARY KEY,
  host       text NOT NULL,
  sandbox    text NOT NULL CHECK (sandbox IN ('bubblewrap', 'landlock', 'none')),
  ffmpeg     text NOT NULL,
  slots      smallint NOT NULL CHECK (slots > 0),
  busy       smallint NOT NULL DEFAULT 0,
  leaving    boolean NOT NULL DEFAULT false,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at    timestamptz NOT NULL DEFAULT now()
);

-- The state a producer sees is derived, never stored, so it cannot contradict what happened.
CREATE VIEW episode_state AS
  SELECT e.id, e.series_id AS series, e.number, e.title,
         CASE WHEN o.state = 'open' THEN 'uploading'
              WHEN p.state IS NOT NULL THEN p.state
              WHEN o.state = 'received' THEN 'received'
              ELSE 'awaiting_upload' END AS state,
         CASE WHEN o.state = 'open' THEN 0 ELSE coalesce(p.progress, 0) END AS progress,
         p.failure_code, p.failure_detail,
         o.file_name, o.size, CASE WHEN o.state = 'open' THEN o.id END AS upload,
         c.id AS package, c.descriptor,
         CASE WHEN o.state <> 'open' AND p.state IN ('queued', 'encoding') AND p.preview IS NOT NULL THEN p.id END AS preview,
         coalesce(t.rungs, '[]'::jsonb) AS rungs, t.seconds_left, coalesce(t.improving AND p.state = 'ready', false) AS improving,
         CASE WHEN o.state <> 'open' AND t.waiting
              THEN (SELECT count(*) + 1 FROM tier w JOIN package q ON q.id = w.package_id
                    WHERE w.name = 'ladder' AND w.state = 'queued' AND q.state IN ('queued', 'encoding')
                      AND (q.turn, q.created_at, q.id) < (p.turn, p.created_at, p.id)) END AS queue_position,
         array(SELECT s.lang FROM subtitle s WHERE s.episode_id = e.id ORDER BY s.lang) AS subtitles,
         greatest(e.created_at, o.created_at, p.updated_at, t.updated_at) AS updated_at
  FROM episode e
  LEFT JOIN LATERAL (SELECT * FROM original WHERE episode_id = e.id AND state <> 'aborted' ORDER BY created_at DESC LIMIT 1) o ON true
  LEFT JOIN LATERAL (SELECT * FROM package WHERE episode_id = e.id ORDER BY created_at DESC LIMIT 1) p ON true
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(r ORDER BY array_position(ARRAY['ladder', 'av1', 'refine'], x.name), n) FILTER (WHERE r IS NOT NULL) AS rungs,
           max(x.seconds_left) FILTER (WHERE x.name = 'ladder' AND x.state = 'working') AS seconds_left,
           bool_or(x.name = 'ladder' AND x.state = 'queued') AND p.state IN ('queued', 'encoding') AS waiting,
           bool_or(x.name <> 'ladder' AND x.state IN ('queued', 'working')) AS improving,
           max(x.updated_at) AS updated_at
    FROM tier x LEFT JOIN LATERAL jsonb_array_elements(x.rungs) WITH ORDINALITY AS rung(r, n) ON true
    WHERE x.package_id = p.id AND x.name IN ('ladder', 'av1', 'refine')) t ON true
  LEFT JOIN current_package c ON c.episode_id = e.id;

-- migrate: rollback
DROP VIEW episode_state, waiting_tier;
DROP TABLE worker, tier;
DROP FUNCTION tell_tier_state;
