-- Further sounds of a film, and what is known about its subtitles
-- depends: 20261126_14_p5k3w-summaries

-- migrate: apply
-- Counted up with every change, so that two people who edit the same subtitles do not overwrite each other. The others
-- are what a look at them found; NULL: not looked at since they were saved by an earlier version.
ALTER TABLE subtitle
  ADD COLUMN version int NOT NULL DEFAULT 1,
  ADD COLUMN cues    int,
  ADD COLUMN warned  int,
  ADD COLUMN ends_ms int;

-- A file with a language is a sound of the film in that language; without one it is the film itself.
ALTER TABLE original ADD COLUMN lang text CHECK (lang ~ '^[a-z]{2,3}$');
DROP INDEX original_open;
CREATE UNIQUE INDEX original_open ON original (episode_id, coalesce(lang, '')) WHERE state = 'open';

-- The sound an episode has in a language beside the film's own. `package_id` is the package it was last made for:
-- another version of the film gets its sounds anew. `off_by` are the seconds it was longer (or shorter) than the film,
-- `silent` that nothing is heard in it. What was removed stays as a row, so that its end is told like its beginning.
CREATE TABLE sound (
  episode_id     bigint NOT NULL REFERENCES episode ON DELETE CASCADE,
  lang           text NOT NULL CHECK (lang ~ '^[a-z]{2,3}$'),
  original_id    uuid NOT NULL REFERENCES original,
  package_id     uuid REFERENCES package ON DELETE SET NULL,
  state          text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'encoding', 'ready', 'failed', 'removed')),
  failure_code   text,
  failure_detail text,
  off_by         real,
  silent         boolean NOT NULL DEFAULT false,
  updated_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (episode_id, lang),
  CHECK ((state = 'failed') = (failure_code IS NOT NULL))
);
CREATE INDEX sound_by_original ON sound (original_id);
CREATE TRIGGER sound_told AFTER INSERT OR UPDATE ON sound FOR EACH ROW EXECUTE FUNCTION tell_episode_state();

ALTER TABLE tier DROP CONSTRAINT tier_name_check,
  ADD CONSTRAINT tier_name_check CHECK (name IN ('start', 'ladder', 'av1', 'refine', 'edition', 'sound'));

-- As before, of the film's own file only; `sounds` has the others, those on their way here among them.
CREATE OR REPLACE VIEW episode_state AS
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
         greatest(e.created_at, o.created_at, p.updated_at, t.updated_at, d.updated_at) AS updated_at,
         d.sounds
  FROM episode e
  LEFT JOIN LATERAL (SELECT * FROM original WHERE episode_id = e.id AND lang IS NULL AND state <> 'aborted'
                     ORDER BY created_at DESC LIMIT 1) o ON true
  LEFT JOIN LATERAL (SELECT * FROM package WHERE episode_id = e.id ORDER BY created_at DESC LIMIT 1) p ON true
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(r ORDER BY array_position(ARRAY['ladder', 'av1', 'refine'], x.name), n) FILTER (WHERE r IS NOT NULL) AS rungs,
           max(x.seconds_left) FILTER (WHERE x.name = 'ladder' AND x.state = 'working') AS seconds_left,
           bool_or(x.name = 'ladder' AND x.state = 'queued') AND p.state IN ('queued', 'encoding') AS waiting,
           bool_or(x.name <> 'ladder' AND x.state IN ('queued', 'working')) AS improving,
           max(x.updated_at) AS updated_at
    FROM tier x LEFT JOIN LATERAL jsonb_array_elements(x.rungs) WITH ORDINALITY AS rung(r, n) ON true
    WHERE x.package_id = p.id AND x.name IN ('ladder', 'av1', 'refine')) t ON true
  LEFT JOIN LATERAL (
    SELECT max(known.updated_at) AS updated_at,
           coalesce(jsonb_agg(jsonb_build_object(
             'lang', lang, 'state', CASE WHEN coming.id IS NULL THEN known.state ELSE 'uploading' END,
             'file_name', coalesce(coming.file_name, file.file_name), 'size', coalesce(coming.size, file.size),
             'upload', coming.id, 'off_by', known.off_by, 'silent', coalesce(known.silent, false),
             'failure_code', known.failure_code, 'failure_detail', known.failure_detail)
             ORDER BY lang) FILTER (WHERE coming.id IS NOT NULL OR known.state <> 'removed'), '[]') AS sounds
    FROM (SELECT * FROM sound WHERE episode_id = e.id) known
    FULL JOIN (SELECT * FROM original WHERE episode_id = e.id AND lang IS NOT NULL AND state = 'open') coming USING (lang)
    LEFT JOIN (SELECT id, file_name, size FROM original) file ON file.id = known.original_id) d ON true
  LEFT JOIN current_package c ON c.episode_id = e.id;

-- migrate: rollback
