-- name: watched_episode
-- $1 an episode of a title that $2, a juror, was given.
SELECT e.id, e.series_id AS series, e.number, greatest(round((k.descriptor->>'duration')::float8), 1)::int AS seconds
FROM episode e JOIN current_package k ON k.episode_id = e.id
WHERE e.id = $1 AND EXISTS (SELECT FROM juror_series g WHERE g.account_id = $2 AND g.series_id = e.series_id);

-- name: start_clock
INSERT INTO juror_clock (account_id, session, bank, at) VALUES ($1, $2, $3, clock_timestamp()) ON CONFLICT DO NOTHING;

-- name: hold_clock
SELECT session, bank, at FROM juror_clock WHERE account_id = $1 FOR UPDATE;

-- name: time
SELECT clock_timestamp();

-- name: set_clock
UPDATE juror_clock SET session = $2, bank = $3, at = $4 WHERE account_id = $1;

-- name: seconds
SELECT seconds FROM juror_watched WHERE account_id = $1 AND episode_id = $2;

-- name: save_seconds
INSERT INTO juror_watched (account_id, episode_id, seconds) VALUES ($1, $2, $3)
ON CONFLICT (account_id, episode_id) DO UPDATE SET seconds = excluded.seconds;

-- name: make_secret
INSERT INTO juror_secret (account_id, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: secret
SELECT secret FROM juror_secret WHERE account_id = $1;

-- name: save_note
INSERT INTO jury_note AS n (account_id, id, episode_id, second, sealed, revision) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (account_id, id) DO UPDATE
  SET episode_id = excluded.episode_id, second = excluded.second, sealed = excluded.sealed, revision = excluded.revision, saved_at = now()
  WHERE n.revision < excluded.revision
RETURNING id;

-- name: notes
-- $1 a juror, $2 a note or NULL, $3 a series or NULL.
SELECT n.id, e.series_id AS series, s.title, e.id AS episode, e.number, n.second, n.sealed, n.revision, n.saved_at
FROM jury_note n JOIN episode e ON e.id = n.episode_id JOIN series s ON s.id = e.series_id
WHERE n.account_id = $1 AND ($2::uuid IS NULL OR n.id = $2) AND ($3::bigint IS NULL OR e.series_id = $3)
ORDER BY e.series_id, e.number, n.second, n.id;

-- name: forget_notes
-- $1 days after the end of their festival. Where keys are gone, nothing opens what a backup still holds.
WITH over AS (
  SELECT n.account_id, n.id FROM jury_note n JOIN episode e ON e.id = n.episode_id JOIN series s ON s.id = e.series_id
  JOIN section c ON c.id = s.section_id JOIN festival f ON f.id = c.festival_id WHERE f.ends_on + $1::int < current_date),
notes AS (DELETE FROM jury_note n USING over o WHERE (n.account_id, n.id) = (o.account_id, o.id))
DELETE FROM juror_secret k WHERE k.account_id IN (SELECT account_id FROM over)
  AND NOT EXISTS (SELECT FROM jury_note n WHERE n.account_id = k.account_id
                  AND NOT EXISTS (SELECT FROM over o WHERE (o.account_id, o.id) = (n.account_id, n.id)));
