-- name: episode_states
-- $1 series ids. The line is counted once for all of them: to ask the view for each place costs the square of what waits.
WITH line AS (
  SELECT q.episode_id, row_number() OVER (ORDER BY q.turn, q.created_at, q.id) AS place
  FROM tier w JOIN package q ON q.id = w.package_id
  WHERE w.name = 'ladder' AND w.state = 'queued' AND q.state IN ('queued', 'encoding'))
SELECT v.id, v.series, v.number, v.title, v.state, v.progress, v.rungs, v.seconds_left, v.improving,
       CASE WHEN v.upload IS NULL THEN l.place END AS queue_position, v.failure_code, v.failure_detail,
       v.file_name, v.size, v.upload, v.package, v.preview, (v.descriptor->>'duration')::float8 AS duration, v.subtitles, v.sounds, v.updated_at
FROM episode_state v LEFT JOIN line l ON l.episode_id = v.id
WHERE v.series = ANY($1::bigint[]) ORDER BY v.series, v.number;

-- name: episode_state
SELECT id, series, number, title, state, progress, rungs, seconds_left, improving, queue_position, failure_code, failure_detail,
       file_name, size, upload, package, preview, (descriptor->>'duration')::float8 AS duration, subtitles, sounds, updated_at
FROM episode_state WHERE id = $1;

-- name: studio_series
-- $1 a company or NULL for all, $2 one series or NULL for all.
SELECT s.id, s.slug, s.title, s.country, s.released_at IS NOT NULL AS released,
       to_jsonb(c) AS section,
       jsonb_build_object('id', o.id, 'name', o.name) AS company,
       jsonb_build_object('allowed', s.keep_allowed, 'until', s.keep_until) AS keeping
FROM series s JOIN section_ref c ON c.id = s.section_id JOIN company o ON o.id = s.company_id
WHERE ($1::bigint IS NULL OR s.company_id = $1) AND ($2::bigint IS NULL OR s.id = $2) ORDER BY s.id;

-- name: episode_owner
-- $1 an episode, $2 a company or NULL for any: its series, or nothing where it is not theirs.
SELECT s.id FROM episode e JOIN series s ON s.id = e.series_id WHERE e.id = $1 AND ($2::bigint IS NULL OR s.company_id = $2);

-- name: save_upload
-- The key over open uploads settles two at once.
INSERT INTO original (id, episode_id, account_id, file_name, size, part_size, storage_key, storage_upload, expires_at, lang)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (episode_id, coalesce(lang, '')) WHERE state = 'open' DO NOTHING RETURNING id;

-- name: open_upload_of
-- $1 an episode, $2 the language of a sound, or NULL for the film itself.
SELECT id FROM original WHERE episode_id = $1 AND lang IS NOT DISTINCT FROM $2::text AND state = 'open';

-- name: upload
-- $1 an upload, $2 a company or NULL for any.
SELECT o.id, o.episode_id AS episode, o.lang, o.file_name, o.size, o.part_size, o.state, o.expires_at, o.storage_key, o.storage_upload
FROM original o JOIN episode e ON e.id = o.episode_id JOIN series s ON s.id = e.series_id
WHERE o.id = $1 AND ($2::bigint IS NULL OR s.company_id = $2);

-- name: announce_parts
-- What a part was announced to be stays: the rows that come back differ from the request where it changed its mind.
WITH wanted AS (SELECT * FROM unnest($2::int[], $3::int[], $4::text[]) AS t(number, size, sha256)),
saved AS (
  INSERT INTO original_part (original_id, number, size, sha256) SELECT $1, number, size, sha256 FROM wanted
  ON CONFLICT (original_id, number) DO UPDATE SET number = original_part.number RETURNING number, size, sha256)
SELECT number, size, sha256 FROM saved ORDER BY number;

-- name: announced_parts
SELECT number, size, sha256 FROM original_part WHERE original_id = $1 ORDER BY number;

-- name: receive_upload
UPDATE original SET state = 'received', received_at = $2 WHERE id = $1 AND state = 'open' RETURNING episode_id;

-- name: abort_upload
UPDATE original SET state = 'aborted' WHERE id = $1 AND state = 'open' RETURNING id;

-- name: expired_uploads
SELECT id, storage_key, storage_upload FROM original WHERE state = 'open' AND expires_at < $1 ORDER BY expires_at LIMIT 100;

-- name: hold_episode
-- $1 an episode: what is changed about its packages and its subtitles is changed by one at a time.
SELECT id FROM episode WHERE id = $1 FOR NO KEY UPDATE;

-- name: hold_company
-- $1 an episode: the turns of its company are handed out by one at a time.
SELECT id FROM company WHERE id = (SELECT s.company_id FROM episode e JOIN series s ON s.id = e.series_id WHERE e.id = $1)
FOR NO KEY UPDATE;

-- name: queue_package
-- $1 package, $2 episode, $3 its company. The newest received file of the film; nothing where there is none or a package is
-- under way. Its turn is the one after the turn being served and after its company's own that wait (start-time fair
-- queuing): eighty episodes of one company do not delay one of another.
INSERT INTO package (id, episode_id, original_id, turn)
SELECT $1, $2, id, 1 + greatest(
  (SELECT p.turn FROM package p JOIN tier t ON t.package_id = p.id
   WHERE t.name = 'ladder' AND t.state <> 'queued' ORDER BY p.turn DESC LIMIT 1),
  (SELECT max(p.turn) FROM tier t JOIN package p ON p.id = t.package_id
   JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id
   WHERE t.name = 'ladder' AND t.state = 'queued' AND p.state IN ('queued', 'encoding') AND s.company_id = $3),
  0)
FROM original WHERE episode_id = $2 AND lang IS NULL AND state = 'received' ORDER BY received_at DESC LIMIT 1
ON CONFLICT (episode_id) WHERE state IN ('queued', 'encoding') DO NOTHING RETURNING turn;

-- name: plan_tiers
-- What viewers wait for; the improvements are planned when there is something to improve.
INSERT INTO tier (package_id, name) VALUES ($1, 'start'), ($1, 'ladder');

-- name: supersede_package
-- A newer file takes the place of one still waiting or being encoded; its worker finds the row failed and stops.
UPDATE package SET state = 'failed', failure_code = 'superseded', updated_at = now()
WHERE episode_id = $1 AND state IN ('queued', 'encoding');

-- name: hold_packages
-- $1 an episode. A worker reads the subtitles while it holds the row it publishes: before this it has not yet read
-- them, after it the package is ready.
SELECT id, state, turn, ready_at FROM package WHERE episode_id = $1 AND state IN ('queued', 'encoding', 'ready')
ORDER BY id FOR NO KEY UPDATE;

-- name: queue_tier
-- $1 a package that is ready, $2 edition or sound. Nothing where it is about to be made: it will read what is there
-- then.
INSERT INTO tier (package_id, name) VALUES ($1, $2)
ON CONFLICT (package_id, name) DO UPDATE SET state = 'queued', failure_code = NULL, updated_at = now()
WHERE tier.state IN ('done', 'failed') RETURNING package_id;

-- name: preview
-- $1 a package, $2 a company or NULL for any: what is there of its start rung, and whether it is still being made.
SELECT p.id AS package, p.preview, p.state IN ('queued', 'encoding') AS under_way
FROM package p JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id
WHERE p.id = $1 AND p.preview IS NOT NULL AND ($2::bigint IS NULL OR s.company_id = $2);
