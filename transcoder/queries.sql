-- name: claim
-- $1 package, $2 tier. `attempts` is also the fence: who holds an older number may no longer write. Nothing where
-- the package is not in need of this tier. `outdated`: viewers get a newer file of this episode already.
WITH held AS (
  SELECT * FROM package WHERE id = $1 AND
    CASE WHEN $2 IN ('start', 'ladder') THEN state IN ('queued', 'encoding') ELSE state = 'ready' END
  FOR NO KEY UPDATE
), begun AS (
  UPDATE tier t SET state = 'working', attempts = t.attempts + 1, rungs = '[]', seconds_left = NULL, failure_code = NULL,
                    started_at = now(), updated_at = now()
  FROM held WHERE t.package_id = held.id AND t.name = $2 AND t.state IN ('queued', 'working')
  RETURNING t.package_id, t.attempts
), shown AS (
  UPDATE package p SET state = 'encoding', progress = CASE $2 WHEN 'start' THEN 0 ELSE greatest(p.progress, 5) END,
                       preview = CASE $2 WHEN 'start' THEN NULL ELSE p.preview END, updated_at = now()
  FROM begun WHERE p.id = begun.package_id AND p.state IN ('queued', 'encoding')
)
SELECT h.id AS package, $2 AS tier, begun.attempts AS attempt, h.episode_id AS episode, h.turn, h.source::text AS source,
       o.id AS original, o.storage_key AS key, o.size, o.sha256 IS NOT NULL AS recorded, c.landscape,
       EXISTS (SELECT FROM package n WHERE n.episode_id = h.episode_id AND n.state = 'ready' AND n.ready_at > h.ready_at) AS outdated
FROM held h JOIN begun ON begun.package_id = h.id JOIN original o ON o.id = h.original_id
JOIN episode e ON e.id = h.episode_id JOIN series s ON s.id = e.series_id JOIN section c ON c.id = s.section_id;

-- name: fate
-- $1 package, $2 tier. What has become of a job that is not (or no longer) ours.
SELECT p.state AS package, t.state AS tier FROM package p JOIN tier t ON t.package_id = p.id WHERE p.id = $1 AND t.name = $2;

-- name: part_digests
SELECT number, size, sha256 FROM original_part WHERE original_id = $1 ORDER BY number;

-- name: save_digest
UPDATE original SET sha256 = $2 WHERE id = $1 AND sha256 IS DISTINCT FROM $2;

-- name: save_source
-- $1 package, $2 tier, $3 attempt, $4 what was found out about the original.
UPDATE package p SET source = $4::text::jsonb FROM tier t
WHERE p.id = $1 AND t.package_id = p.id AND t.name = $2 AND t.attempts = $3 AND t.state = 'working' RETURNING p.id;

-- name: subtitles
SELECT lang, vtt FROM subtitle WHERE episode_id = $1 ORDER BY lang;

-- name: published
-- $1 package.
SELECT descriptor FROM package WHERE id = $1;

-- name: wanted_sounds
-- $1 an episode. What it is to have beside the film's own sound.
SELECT s.lang, s.original_id AS original, o.storage_key AS key, o.size, o.sha256 IS NOT NULL AS recorded
FROM sound s JOIN original o ON o.id = s.original_id
WHERE s.episode_id = $1 AND s.state NOT IN ('failed', 'removed') ORDER BY s.lang;

-- name: begin_sound
-- $1 package, $2 tier, $3 attempt, $4 episode, $5 language, $6 its file. The tier's own row says whether it is still ours.
WITH mine AS (
  UPDATE tier SET updated_at = now() WHERE package_id = $1 AND name = $2 AND attempts = $3 AND state = 'working'
  RETURNING package_id
), shown AS (
  UPDATE sound s SET state = 'encoding', package_id = $1, updated_at = clock_timestamp() FROM mine
  WHERE s.episode_id = $4 AND s.lang = $5 AND s.original_id = $6 AND s.state = 'queued'
)
SELECT package_id FROM mine;

-- name: end_sound
-- $1 episode, $2 language, $3 its file, $4 package, $5 a failure's code or NULL, $6 its values, $7 seconds off, $8 silent.
-- Nothing where another file has come, or it was removed.
UPDATE sound SET state = CASE WHEN $5::text IS NULL THEN 'ready' ELSE 'failed' END, package_id = $4, failure_code = $5,
                 failure_detail = $6, off_by = $7, silent = $8, updated_at = clock_timestamp()
WHERE episode_id = $1 AND lang = $2 AND original_id = $3 AND state IN ('queued', 'encoding');

-- name: give_up_sounds
-- $1 episode, $2 package, $3 code. None of them could be made.
UPDATE sound SET state = 'failed', package_id = $2, failure_code = $3, failure_detail = NULL, updated_at = clock_timestamp()
WHERE episode_id = $1 AND state IN ('queued', 'encoding');

-- name: await_sounds
-- $1 episode. A new version of the film: its sounds are made anew, also those that did not fit the last one.
UPDATE sound SET state = 'queued', failure_code = NULL, failure_detail = NULL, off_by = NULL, updated_at = clock_timestamp()
WHERE episode_id = $1 AND state <> 'removed' RETURNING lang;

-- name: tell_progress
-- $1 package, $2 tier, $3 attempt, $4 rungs, $5 seconds left, $6 per cent of the package or NULL. No row: no longer ours.
WITH mine AS (
  UPDATE tier t SET rungs = $4::text::jsonb, seconds_left = $5, updated_at = now() FROM package p
  WHERE t.package_id = $1 AND t.name = $2 AND t.attempts = $3 AND t.state = 'working' AND p.id = t.package_id AND p.state <> 'failed'
    AND NOT EXISTS (SELECT FROM package n WHERE n.episode_id = p.episode_id AND n.state = 'ready' AND n.ready_at > p.ready_at)
  RETURNING t.package_id
), shown AS (
  UPDATE package p SET progress = greatest(p.progress, $6), updated_at = now()
  FROM mine WHERE p.id = mine.package_id AND p.state = 'encoding' AND p.progress < $6
)
SELECT package_id FROM mine;

-- name: show_preview
-- $1 package, $2 tier, $3 attempt, $4 preview, $5 per cent.
WITH mine AS (
  UPDATE tier SET updated_at = now() WHERE package_id = $1 AND name = $2 AND attempts = $3 AND state = 'working'
  RETURNING package_id
)
UPDATE package p SET preview = $4::text::jsonb, progress = greatest(p.progress, $5), updated_at = now()
FROM mine WHERE p.id = mine.package_id AND p.state = 'encoding' RETURNING p.id;

-- name: hold
-- $1 package, $2 tier, $3 attempt. Nobody else changes the package while this tier is added to it.
SELECT p.descriptor, p.preview IS NOT NULL AS previewed FROM package p JOIN tier t ON t.package_id = p.id
WHERE p.id = $1 AND t.name = $2 AND t.attempts = $3 AND t.state = 'working'
  AND p.state = CASE WHEN $2 IN ('start', 'ladder') THEN 'encoding' ELSE 'ready' END
FOR NO KEY UPDATE;

-- name: finish_package
-- $1 package, $2 descriptor.
UPDATE package SET state = 'ready', progress = 100, descriptor = $2::text::jsonb, ready_at = coalesce(ready_at, now()),
                   updated_at = now()
WHERE id = $1;

-- name: finish_tier
-- $1 package, $2 tier. Editions and sounds are made again and again, and each time anew.
UPDATE tier SET state = 'done', seconds_left = NULL, updated_at = now(),
  attempts = CASE WHEN name IN ('edition', 'sound') THEN 0 ELSE attempts END,
  rungs = (SELECT coalesce(jsonb_agg(jsonb_set(r, '{progress}', '100') ORDER BY n), '[]') FROM jsonb_array_elements(rungs) WITH ORDINALITY x (r, n))
WHERE package_id = $1 AND name = $2;

-- name: fail_tier
-- $1 package, $2 tier, $3 code.
UPDATE tier SET state = 'failed', failure_code = $3, rungs = '[]', seconds_left = NULL, updated_at = now(),
  attempts = CASE WHEN name IN ('edition', 'sound') THEN 0 ELSE attempts END
WHERE package_id = $1 AND name = $2;

-- name: fail_package
-- $1 package, $2 code, $3 values of its sentences as JSON or NULL.
UPDATE package SET state = 'failed', failure_code = $2, failure_detail = $3, preview = NULL, updated_at = now() WHERE id = $1;

-- name: await_ladder
-- $1 package, $2 its preview or NULL. The producer's part is over; what viewers wait for is in the queue.
UPDATE package SET state = 'queued', progress = greatest(progress, 5), preview = $2::text::jsonb, updated_at = now() WHERE id = $1;

-- name: plan_tier
INSERT INTO tier (package_id, name) VALUES ($1, $2) ON CONFLICT (package_id, name) DO NOTHING;

-- name: put_back
-- $1 package, $2 tier, $3 attempt, $4 whether this attempt counts.
WITH mine AS (
  UPDATE tier SET state = 'queued', rungs = '[]', seconds_left = NULL, updated_at = now(),
                  attempts = CASE WHEN $4 THEN attempts ELSE attempts - 1 END
  WHERE package_id = $1 AND name = $2 AND attempts = $3 AND state = 'working' RETURNING package_id
), shown AS (
  UPDATE package p SET state = 'queued', progress = CASE $2 WHEN 'start' THEN 0 ELSE 5 END, updated_at = now()
  FROM mine WHERE p.id = mine.package_id AND p.state = 'encoding'
)
SELECT package_id FROM mine;

-- name: stranded
-- $1 how long nothing was heard of them. Tiers under way that no job of the queue stands for.
SELECT t.package_id AS package, t.name AS tier, p.turn FROM tier t JOIN package p ON p.id = t.package_id
WHERE t.state IN ('queued', 'working') AND t.updated_at < now() - $1::interval
  AND p.state = ANY (CASE WHEN t.name IN ('start', 'ladder') THEN ARRAY['queued', 'encoding'] ELSE ARRAY['ready'] END)
  AND (t.name <> 'ladder' OR NOT EXISTS (
    SELECT FROM tier s WHERE s.package_id = t.package_id AND s.name = 'start' AND s.state IN ('queued', 'working')))
  AND NOT EXISTS (
    SELECT FROM pgqueuer q WHERE q.dedupe_key = t.package_id || ':' || t.name AND q.status IN ('queued', 'picked'));

-- name: better_work_waits
-- $1 entry point, $2 a priority, $3 how long nobody has taken it: no worker that could is idle.
SELECT EXISTS (SELECT FROM pgqueuer WHERE entrypoint = $1 AND status = 'queued' AND priority > $2
               AND execute_after < now() - $3::interval);

-- name: outlived_previews
-- $1 how long they are kept once viewers get the episode.
SELECT id, state FROM package WHERE preview IS NOT NULL AND state IN ('ready', 'failed') AND coalesce(ready_at, updated_at) < now() - $1::interval;

-- name: forget_preview
UPDATE package SET preview = NULL WHERE id = $1 AND state IN ('ready', 'failed');

-- name: sign_in
-- $1 worker, $2 host, $3 sandbox, $4 ffmpeg, $5 slots, $6 of them taken, $7 whether it is about to leave.
INSERT INTO worker (id, host, sandbox, ffmpeg, slots, busy, leaving) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET busy = excluded.busy, leaving = excluded.leaving, seen_at = now();

-- name: sign_out
DELETE FROM worker WHERE id = $1;

-- name: forget_workers
DELETE FROM worker WHERE seen_at < now() - $1::interval;
