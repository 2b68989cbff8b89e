-- name: told_award
-- $1 award or NULL, $2 its slug or NULL: what a published result is told with. Also what is not told yet.
SELECT a.id AS award, a.slug, a.name, a.kind, a.method, a.min_value AS min, a.max_value AS max, a.tiers, a.opens_at, a.closes_at,
       extract(epoch FROM a.grace)::int AS grace_seconds, a.receipts, a.told_in, a.reveals_at, a.published_at,
       a.published_at IS NOT NULL AND (a.reveals_at IS NULL OR a.reveals_at <= clock_timestamp()) AS told,
       clock_timestamp() AS now, f.slug AS festival_slug, f.name AS festival, f.time_zone
FROM award a JOIN festival f ON f.id = a.festival_id AND f.state <> 'rehearsal'
WHERE a.id = $1 OR ($1::bigint IS NULL AND a.slug = $2) ORDER BY f.state = 'current' DESC, a.id DESC LIMIT 1;

-- name: told_entries
-- $1 award: everything that competes and is released, in the order of its ids, which tells nothing.
SELECT e.id, s.slug, s.title, p.number AS episode, p.title AS episode_title, s.country, w.tall,
       coalesce((SELECT jsonb_agg(c->>'name') FROM jsonb_array_elements(s.credits) c WHERE c->>'part' = 'director'), '[]') AS directors,
       (SELECT c.id FROM episode x JOIN current_package c ON c.episode_id = x.id
        WHERE x.series_id = s.id AND (e.episode_id IS NULL OR x.id = e.episode_id) ORDER BY x.number LIMIT 1) AS package
FROM entry e JOIN series s ON s.id = e.series_id LEFT JOIN episode p ON p.id = e.episode_id
LEFT JOIN chosen_poster w ON w.series_id = s.id
WHERE e.award_id = $1 AND s.released_at IS NOT NULL ORDER BY e.id;

-- name: told_list
-- Awards of the audience and of juries whose result everyone may see, the newest first.
SELECT t.slug, t.name, t.told_in FROM (
  SELECT a.slug, a.name, a.told_in, a.published_at, a.reveals_at, a.festival_id FROM award a
  UNION ALL
  SELECT 'jury/' || j.id, j.award, j.told_in, r.published_at, j.reveals_at, j.festival_id FROM jury j JOIN jury_result r ON r.jury_id = j.id) t
JOIN festival f ON f.id = t.festival_id AND f.state = 'current'
WHERE t.published_at IS NOT NULL AND (t.reveals_at IS NULL OR t.reveals_at <= clock_timestamp()) ORDER BY t.published_at DESC, t.slug;

-- name: plan
-- $1 award: how its result is to be told.
SELECT a.id AS award, a.told_in, a.reveals_at, a.target, a.published_at IS NOT NULL AS published,
       a.published_at IS NOT NULL AND (a.reveals_at IS NULL OR a.reveals_at <= clock_timestamp()) AS told,
       clock_timestamp() AS now, EXISTS (SELECT FROM ceremony c WHERE c.award_id = a.id) AS armed
FROM award a WHERE a.id = $1;

-- name: hold_plan
SELECT a.id AS award, a.told_in, a.reveals_at, a.target, a.published_at IS NOT NULL AS published,
       a.published_at IS NOT NULL AND (a.reveals_at IS NULL OR a.reveals_at <= clock_timestamp()) AS told,
       clock_timestamp() AS now, EXISTS (SELECT FROM ceremony c WHERE c.award_id = a.id) AS armed
FROM award a WHERE a.id = $1 FOR NO KEY UPDATE OF a;

-- name: set_plan
UPDATE award SET told_in = $2, reveals_at = $3, target = $4 WHERE id = $1;

-- name: save_ceremony
INSERT INTO ceremony (award_id, code, salt, envelope) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: ceremony
SELECT code, salt, envelope FROM ceremony WHERE award_id = $1;

-- name: visitors
-- People with a badge, of whom the turnout is a share.
SELECT count(*) FROM badge b JOIN award a ON a.festival_id = b.festival_id WHERE a.id = $1 AND b.revoked_at IS NULL;

-- name: turnout_hours
-- $1 award: ballots by the hour of their first vote and the way they came; never for what.
SELECT date_trunc('hour', first.at) AS hour, b.tier, count(*) AS ballots
FROM (SELECT ballot, min(cast_at) AS at FROM vote_event WHERE award_id = $1 GROUP BY ballot) first
JOIN ballot b ON b.id = first.ballot GROUP BY 1, 2 ORDER BY 1, 2;

-- name: save_protocol
INSERT INTO award_protocol (award_id, text) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: protocol
SELECT text FROM award_protocol WHERE award_id = $1;

-- name: protocol_people
-- $1 award: who asked and who agreed, and when.
SELECT q.asked_at, p.name AS asked_by, p.role AS asked_by_role, r.published_at AS agreed_at, g.name AS agreed_by, g.role AS agreed_by_role
FROM award_result r JOIN account g ON g.id = r.published_by LEFT JOIN publish_request q ON q.award_id = r.award_id
LEFT JOIN account p ON p.id = q.asked_by WHERE r.award_id = $1;

-- name: protocol_voids
SELECT q.reason, cardinality(q.ballots) AS ballots, q.asked_at, p.name AS asked_by, p.role AS asked_by_role, q.decided_at,
       d.name AS decided_by, d.role AS decided_by_role
FROM void_request q JOIN account p ON p.id = q.asked_by JOIN account d ON d.id = q.decided_by
WHERE q.award_id = $1 AND q.agreed ORDER BY q.decided_at, q.id;

-- name: protocol_flags
SELECT f.what, cardinality(f.ballots) AS ballots, f.raised_at,
       CASE WHEN f.outcome IS NOT NULL THEN f.outcome WHEN f.quarantined_at IS NOT NULL THEN 'held' ELSE 'open' END AS outcome
FROM flag f WHERE f.award_id = $1 ORDER BY f.raised_at, f.id;

-- name: protocol_checkpoints
SELECT size, encode(root, 'base64') AS root, note, sealed_at FROM checkpoint WHERE award_id = $1 ORDER BY size;

-- name: protocol_proof
SELECT started_at, counted_at, verified_at, ballots, lines, size, bundle_size, encode(result_hash, 'hex') AS result_sha256
FROM award_proof WHERE award_id = $1 AND verified_at IS NOT NULL ORDER BY id DESC LIMIT 1;

-- name: zone
SELECT time_zone FROM festival WHERE state = 'current';
