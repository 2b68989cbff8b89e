-- name: claim_poster
-- $1 a poster. `attempts` is the fence here too.
UPDATE poster SET attempts = attempts + 1 WHERE id = $1 AND state = 'queued' RETURNING id, attempts AS attempt, sources;

-- name: finish_poster
-- $1 a poster, $2 attempt, $3 thumbhash. From now on its series is shown by it; the one before is kept.
WITH made AS (
  UPDATE poster SET state = 'ready', thumbhash = $3 WHERE id = $1 AND attempts = $2 AND state = 'queued' RETURNING id, series_id)
UPDATE series s SET poster_before = s.poster_id, poster_id = made.id FROM made WHERE s.id = made.series_id RETURNING s.id;

-- name: fail_poster
UPDATE poster SET state = 'failed' WHERE id = $1 AND attempts = $2 AND state = 'queued' RETURNING id;

-- name: stranded_posters
-- $1 how long they have been waiting, without a job of the queue that stands for them.
SELECT id FROM poster WHERE state = 'queued' AND created_at < now() - $1::interval
  AND NOT EXISTS (SELECT FROM pgqueuer q WHERE q.dedupe_key = poster.id || ':poster' AND q.status IN ('queued', 'picked'));

-- name: claim_mark
-- $1 a mark. `attempts` is the fence here too.
UPDATE mark SET attempts = attempts + 1 WHERE id = $1 AND state = 'queued' RETURNING id, attempts AS attempt, source;

-- name: finish_mark
-- $1 a mark, $2 attempt, $3 to $5 what was made. From now on its festival is shown by it, unless a newer one came meanwhile.
WITH made AS (
  UPDATE mark SET state = 'ready', webp = $3, width = $4, height = $5, source = NULL WHERE id = $1 AND attempts = $2 AND state = 'queued'
  RETURNING id, festival_id, kind, created_at),
newest AS (
  SELECT made.* FROM made WHERE NOT EXISTS (
    SELECT FROM mark m WHERE m.festival_id = made.festival_id AND m.kind = made.kind AND m.created_at > made.created_at AND m.state = 'ready'))
UPDATE festival f SET logo_id = CASE n.kind WHEN 'logo' THEN n.id ELSE f.logo_id END,
                      sponsor_id = CASE n.kind WHEN 'sponsor' THEN n.id ELSE f.sponsor_id END, changed_at = clock_timestamp()
FROM newest n WHERE f.id = n.festival_id RETURNING f.id;

-- name: fail_mark
UPDATE mark SET state = 'failed', source = NULL WHERE id = $1 AND attempts = $2 AND state = 'queued' RETURNING id;

-- name: stranded_marks
-- $1 how long they have been waiting, without a job of the queue that stands for them.
SELECT id FROM mark WHERE state = 'queued' AND created_at < now() - $1::interval
  AND NOT EXISTS (SELECT FROM pgqueuer q WHERE q.dedupe_key = mark.id || ':poster' AND q.status IN ('queued', 'picked'));
