-- name: take_sound
-- $1 episode, $2 language, $3 the file that has arrived: the newest one counts.
INSERT INTO sound (episode_id, lang, original_id) VALUES ($1, $2, $3)
ON CONFLICT (episode_id, lang) DO UPDATE SET
  original_id = excluded.original_id, state = 'queued', failure_code = NULL, failure_detail = NULL, off_by = NULL,
  silent = false, updated_at = clock_timestamp();

-- name: retry_sound
UPDATE sound SET state = 'queued', failure_code = NULL, failure_detail = NULL, updated_at = clock_timestamp()
WHERE episode_id = $1 AND lang = $2 AND state = 'failed' RETURNING lang;

-- name: remove_sound
UPDATE sound SET state = 'removed', failure_code = NULL, failure_detail = NULL, updated_at = clock_timestamp()
WHERE episode_id = $1 AND lang = $2 AND state <> 'removed' RETURNING lang;
