-- name: claim
-- $1 a package. `attempts` is also the fence: who holds an older number may no longer write.
UPDATE package p SET state = 'encoding', progress = 0, rung = NULL, attempts = p.attempts + 1, updated_at = now()
FROM original o
WHERE p.id = $1 AND o.id = p.original_id AND p.state IN ('queued', 'encoding')
RETURNING p.id AS package, p.episode_id AS episode, p.attempts AS attempt,
          o.id AS original, o.storage_key AS key, o.size, o.part_size;

-- name: part_digests
SELECT number, size, sha256 FROM original_part WHERE original_id = $1 ORDER BY number;

-- name: save_digest
UPDATE original SET sha256 = $2 WHERE id = $1 AND sha256 IS DISTINCT FROM $2;

-- name: subtitles
SELECT lang, vtt FROM subtitle WHERE episode_id = $1 ORDER BY lang;

-- name: tell_progress
-- $1 package, $2 attempt, $3 per cent, $4 rung. No row: the job is no longer ours.
UPDATE package SET progress = $3, rung = $4, updated_at = now()
WHERE id = $1 AND attempts = $2 AND state = 'encoding' RETURNING id;

-- name: hold
-- $1 package, $2 attempt. Nobody else may take the job while its package is being published.
SELECT id FROM package WHERE id = $1 AND attempts = $2 AND state = 'encoding' FOR UPDATE;

-- name: finish
-- $1 package, $2 attempt, $3 descriptor.
UPDATE package SET state = 'ready', progress = 100, rung = NULL, descriptor = $3::text::jsonb,
                   ready_at = now(), updated_at = now()
WHERE id = $1 AND attempts = $2 AND state = 'encoding' RETURNING id;

-- name: fail
-- $1 package, $2 attempt, $3 code, $4 values of its sentences as JSON or NULL.
UPDATE package SET state = 'failed', failure_code = $3, failure_detail = $4, rung = NULL, updated_at = now()
WHERE id = $1 AND attempts = $2 AND state = 'encoding' RETURNING id;

-- name: put_back
-- $1 package, $2 attempt, $3 whether this attempt counts.
UPDATE package SET state = 'queued', progress = 0, rung = NULL, updated_at = now(),
                   attempts = CASE WHEN $3 THEN attempts ELSE attempts - 1 END
WHERE id = $1 AND attempts = $2 AND state = 'encoding' RETURNING id;

-- name: stranded
-- $1 how long nothing was heard of them. Packages under way that no job of the queue stands for.
SELECT p.id FROM package p
WHERE p.state IN ('queued', 'encoding') AND p.updated_at < now() - $1::interval
  AND NOT EXISTS (SELECT FROM pgqueuer q WHERE q.dedupe_key = p.id::text AND q.status IN ('queued', 'picked'));
