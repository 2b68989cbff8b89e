-- name: ground
-- $1 award: what a proof of its count rests on. Another ground, and it has to be proved again.
SELECT (SELECT count(*) FROM vote_event WHERE award_id = a.id)
    || ' ' || coalesce((SELECT extract(epoch FROM reviewed_at)::text FROM award_review WHERE award_id = a.id), '-')
    || ' ' || coalesce((SELECT md5(string_agg(id || ':' || attendance, ',' ORDER BY id)) FROM entry
                        WHERE award_id = a.id AND attendance IS NOT NULL), '-')
FROM award a WHERE a.id = $1;

-- name: begin_proof
INSERT INTO award_proof (award_id) VALUES ($1) RETURNING id;

-- name: note_progress
UPDATE award_proof SET step = $2, part = $3, seen_at = clock_timestamp() WHERE id = $1 AND ended_at IS NULL;

-- name: note_count
-- $1 proof, $2 ground, $3 size and $4 root of the log when it began, $5 ballots, $6 lines: counted twice, to the same end.
UPDATE award_proof SET ground = $2, size = $3, root = $4, ballots = $5, lines = $6, counted_at = clock_timestamp(),
       seen_at = clock_timestamp() WHERE id = $1;

-- name: end_proof
-- $1 proof, $2 size of the bundle, $3 hash of its result.
UPDATE award_proof SET step = 'done', part = 1, bundle_size = $2, result_hash = $3, verified_at = clock_timestamp(),
       ended_at = clock_timestamp() WHERE id = $1;

-- name: fail_proof
UPDATE award_proof SET wrong = $2, ground = coalesce(ground, $3), ended_at = clock_timestamp() WHERE id = $1;

-- name: newest_proof
-- $1 award. One that nobody has heard of for a minute is over: its process has ended.
SELECT id, started_at, step, part, ground, size, root, ballots, lines, counted_at, verified_at, bundle_size, result_hash, wrong,
       ended_at IS NULL AND seen_at > clock_timestamp() - interval '60 seconds' AS running
FROM award_proof WHERE award_id = $1 ORDER BY id DESC LIMIT 1;

-- name: hold_proving
-- $1 award, for the session: one proof of an award at a time.
SELECT pg_try_advisory_lock(hashtextextended('tallscreen-proving:' || $1::bigint, 0));

-- name: end_proving
SELECT pg_advisory_unlock(hashtextextended('tallscreen-proving:' || $1::bigint, 0));

-- name: awards_to_prove
-- Voting is over, nothing is published.
SELECT a.id FROM award a JOIN festival f ON f.id = a.festival_id AND f.state NOT IN ('draft', 'rehearsal') JOIN award_rules r ON r.award_id = a.id
WHERE a.published_at IS NULL AND clock_timestamp() >= a.closes_at + a.grace + interval '10 seconds'
  AND a.closes_at > clock_timestamp() - interval '30 days' ORDER BY a.closes_at;

-- name: count_again
-- $1 award: the votes that stand, counted by the database alone, as the leaves are counted by the verifier.
SELECT b.tier, l.question, l.value, l.choices, count(*) AS votes
FROM (SELECT DISTINCT ON (ballot, question) ballot, question, kind, value, choices FROM vote_event
      WHERE award_id = $1 ORDER BY ballot, question, revision DESC) l
JOIN ballot b ON b.id = l.ballot
WHERE l.kind = 1 AND b.quarantined_at IS NULL AND b.barred_at IS NULL GROUP BY 1, 2, 3, 4;

-- name: gate_facts
-- $1 award: what the gates are judged by, but for the kiosks.
SELECT a.id AS award, a.closes_at, a.closes_at + a.grace AS ends_at, clock_timestamp() AS now,
       clock_timestamp() >= a.closes_at + a.grace + interval '10 seconds' AS over,
       count(f.id) FILTER (WHERE f.settled_at IS NULL AND f.quarantined_at IS NULL) AS flags_open,
       count(f.id) FILTER (WHERE f.settled_at IS NULL AND f.quarantined_at IS NOT NULL) AS flags_held,
       count(f.id) FILTER (WHERE f.outcome = 'dismissed') AS flags_kept,
       count(f.id) FILTER (WHERE f.outcome = 'void') AS flags_void,
       max(coalesce(f.settled_at, f.quarantined_at)) AS flags_at,
       (SELECT count(*) FROM void_request v WHERE v.award_id = a.id AND v.decided_at IS NULL AND v.withdrawn_at IS NULL) AS voids_open
FROM award a LEFT JOIN flag f ON f.award_id = a.id WHERE a.id = $1 GROUP BY a.id;

-- name: frozen_rules
SELECT text, sha256, published_at FROM award_rules WHERE award_id = $1;
