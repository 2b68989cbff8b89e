-- name: save_subtitle
-- $4 the version that was changed, or NULL. No row: somebody has changed it meanwhile.
INSERT INTO subtitle (episode_id, lang, vtt, cues, warned, ends_ms) VALUES ($1, $2, $3, $5, $6, $7)
ON CONFLICT (episode_id, lang) DO UPDATE SET
  vtt = excluded.vtt, cues = excluded.cues, warned = excluded.warned, ends_ms = excluded.ends_ms,
  version = subtitle.version + 1, updated_at = clock_timestamp()
WHERE $4::int IS NULL OR subtitle.version = $4 RETURNING version, updated_at;

-- name: subtitle
SELECT version, vtt, updated_at FROM subtitle WHERE episode_id = $1 AND lang = $2;

-- name: remove_subtitle
DELETE FROM subtitle WHERE episode_id = $1 AND lang = $2 RETURNING lang;

-- name: film_length
-- $1 an episode: how long what viewers get is (ms).
SELECT round((descriptor->>'duration')::numeric * 1000)::int FROM current_package WHERE episode_id = $1;

-- name: subtitle_cells
-- $1 a series.
SELECT u.episode_id AS episode, u.lang, u.version, u.cues, u.warned, u.ends_ms, u.updated_at,
       round((c.descriptor->>'duration')::numeric * 1000)::int AS film_ms
FROM subtitle u JOIN episode e ON e.id = u.episode_id LEFT JOIN current_package c ON c.episode_id = e.id
WHERE e.series_id = $1 ORDER BY e.number, u.lang;

-- name: unseen_subtitles
-- $1 a series: those that were saved before anybody looked them over.
SELECT u.episode_id AS episode, u.lang, u.version, u.vtt FROM subtitle u JOIN episode e ON e.id = u.episode_id
WHERE e.series_id = $1 AND u.cues IS NULL;

-- name: note_subtitle
UPDATE subtitle SET cues = $4, warned = $5, ends_ms = $6 WHERE episode_id = $1 AND lang = $2 AND version = $3;

-- name: subtitle_files
-- $1 a series, $2 a language or NULL for all.
SELECT e.number, u.lang, u.vtt FROM subtitle u JOIN episode e ON e.id = u.episode_id
WHERE e.series_id = $1 AND ($2::text IS NULL OR u.lang = $2) ORDER BY e.number, u.lang;
