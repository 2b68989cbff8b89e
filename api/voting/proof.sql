-- name: lock_log
-- $1 award. To the end of the transaction: one process at a time adds to a log.
SELECT pg_advisory_xact_lock(hashtextextended('tallscreen-log:' || $1::bigint, 0));

-- name: try_lock_log
SELECT pg_try_advisory_xact_lock(hashtextextended('tallscreen-log:' || $1::bigint, 0));

-- name: logs_to_keep
-- Awards whose voting begins within a minute or has begun, until they are published. `age` of the newest checkpoint in
-- seconds. Voting is over when no vote can be under way any more: a statement has five seconds.
SELECT a.id AS award, r.award_id IS NOT NULL AS frozen, extract(epoch FROM clock_timestamp() - c.sealed_at)::float8 AS age,
       clock_timestamp() >= a.closes_at + a.grace + interval '10 seconds' AS over
FROM award a JOIN festival f ON f.id = a.festival_id AND f.state NOT IN ('draft', 'rehearsal') LEFT JOIN award_rules r ON r.award_id = a.id
LEFT JOIN LATERAL (SELECT sealed_at FROM checkpoint WHERE award_id = a.id ORDER BY size DESC LIMIT 1) c ON true
WHERE a.published_at IS NULL AND clock_timestamp() >= a.opens_at - interval '1 minute' ORDER BY a.id;

-- name: terms
-- All of an award that decides its result, but for the entries.
SELECT a.id, f.slug AS festival, a.slug, a.name, a.kind, a.method, a.tiers, a.weights, a.min_value AS min, a.max_value AS max,
       a.minimum, a.watch, a.opens_at, a.closes_at, extract(epoch FROM a.grace)::int AS grace_seconds, a.board, a.receipts, a.paper_until
FROM award a JOIN festival f ON f.id = a.festival_id WHERE a.id = $1;

-- name: terms_entries
-- What is not released has no name here yet, but it has its place.
SELECT e.id, CASE WHEN s.released_at IS NOT NULL THEN s.slug END AS series,
       CASE WHEN s.released_at IS NOT NULL THEN s.title END AS title, p.number AS episode
FROM entry e JOIN series s ON s.id = e.series_id LEFT JOIN episode p ON p.id = e.episode_id
WHERE e.award_id = $1 ORDER BY e.id;

-- name: save_rules
INSERT INTO award_rules (award_id, text, sha256) VALUES ($1, $2, $3) ON CONFLICT (award_id) DO NOTHING RETURNING award_id;

-- name: frozen
SELECT EXISTS (SELECT FROM award_rules WHERE award_id = $1);

-- name: log
-- The log as it stands, by the newest checkpoint.
SELECT a.id AS award, f.slug AS festival, f.state = 'rehearsal' AS rehearsal, a.slug, a.receipts, a.published_at, a.reveals_at,
       r.text AS rules, r.sha256 AS rules_sha256, c.size, c.root, c.note, c.sealed_at, clock_timestamp() AS now,
       clock_timestamp() >= a.closes_at + a.grace + interval '10 seconds' AS over
FROM award a JOIN festival f ON f.id = a.festival_id JOIN award_rules r ON r.award_id = a.id
JOIN LATERAL (SELECT size, root, note, sealed_at FROM checkpoint WHERE award_id = a.id ORDER BY size DESC LIMIT 1) c ON true
WHERE a.id = $1;

-- name: award_secret
SELECT secret FROM award_secret WHERE award_id = $1;

-- name: unsealed
-- $1 award, $2 how many. In the order of the receipts' hashes, so that the order of the log tells nothing of the time.
SELECT v.idem, v.ballot, b.tier, v.question, v.revision, v.kind, v.value, v.choices, v.receipt, p.number AS batch,
       CASE v.kind WHEN 2 THEN coalesce((SELECT q.reason FROM void_request q WHERE q.award_id = v.award_id AND q.agreed
            AND v.ballot = ANY (q.ballots) ORDER BY q.decided_at DESC LIMIT 1), 'other') END AS reason
FROM vote_event v JOIN ballot b ON b.id = v.ballot LEFT JOIN paper_batch p ON p.id = b.paper_id
WHERE v.award_id = $1 AND NOT EXISTS (SELECT FROM sealed s WHERE s.idem = v.idem)
ORDER BY sha256(convert_to(v.receipt, 'UTF8')) LIMIT $2;

-- name: save_leaves
-- $1 award, $2 index of the first, then one array per column.
INSERT INTO sealed (award_id, log_index, idem, leaf)
SELECT $1, $2::bigint + t.place - 1, t.idem, t.leaf FROM unnest($3::uuid[], $4::text[]) WITH ORDINALITY AS t(idem, leaf, place);

-- name: save_checkpoint
INSERT INTO checkpoint (award_id, size, root, note) VALUES ($1, $2, $3, $4);

-- name: leaf_hashes
-- $1 award, $2 first index, $3 how many: RFC 9162 leaf hashes.
SELECT log_index, sha256('\x00'::bytea || convert_to(leaf, 'UTF8')) AS hash FROM sealed
WHERE award_id = $1 AND log_index >= $2 ORDER BY log_index LIMIT $3;

-- name: leaves
SELECT log_index, leaf FROM sealed WHERE award_id = $1 AND log_index >= $2 ORDER BY log_index LIMIT $3;

-- name: notes
SELECT note FROM checkpoint WHERE award_id = $1 ORDER BY size;

-- name: find_receipt
-- $1 award, $2 receipt: its place in the log, NULL where it waits for the next sealing.
SELECT s.log_index FROM vote_event v LEFT JOIN sealed s ON s.idem = v.idem WHERE v.award_id = $1 AND v.receipt = $2;

-- name: gives_receipts
SELECT a.receipts FROM award a JOIN festival f ON f.id = a.festival_id AND f.state <> 'rehearsal' WHERE a.id = $1;

-- name: unmailed
SELECT DISTINCT c.award_id FROM checkpoint c JOIN award a ON a.id = c.award_id
JOIN festival f ON f.id = a.festival_id AND f.state <> 'rehearsal' WHERE c.mailed_at IS NULL;

-- name: take_unmailed
-- $1 award. Another process that takes them at the same time finds none.
WITH taken AS (SELECT size FROM checkpoint WHERE award_id = $1 AND mailed_at IS NULL ORDER BY size LIMIT 50 FOR UPDATE SKIP LOCKED),
marked AS (UPDATE checkpoint c SET mailed_at = clock_timestamp() FROM taken
           WHERE c.award_id = $1 AND c.size = taken.size RETURNING c.size, c.note)
SELECT note FROM marked ORDER BY size;

-- name: hold_award
-- $1 award, until the transaction ends: nobody publishes it a second time or adds to it, ballots are still given out.
SELECT id FROM award WHERE id = $1 FOR NO KEY UPDATE;

-- name: published
-- $1 award, which cannot be published until the transaction ends.
SELECT published_at FROM award WHERE id = $1 FOR SHARE;

-- name: writers
-- Transactions that have begun to write to the ledger, of any award.
SELECT virtualtransaction FROM pg_locks
WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = 'vote_event'::regclass
  AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid();

-- name: attendance
SELECT id AS entry, attendance FROM entry WHERE award_id = $1 AND attendance IS NOT NULL ORDER BY id;

-- name: quarantined
-- Ballots under review that have voted.
SELECT id FROM ballot b WHERE award_id = $1 AND quarantined_at IS NOT NULL
  AND EXISTS (SELECT FROM vote_event v WHERE v.award_id = $1 AND v.ballot = b.id) ORDER BY id;

-- name: ledger
-- Every line of the ledger and whether its ballot was declared void.
SELECT v.ballot, b.tier, v.question, v.revision, v.kind, v.value, v.choices, b.barred_at IS NOT NULL AS barred
FROM vote_event v JOIN ballot b ON b.id = v.ballot WHERE v.award_id = $1;

-- name: save_result
INSERT INTO award_result (award_id, text, published_by) VALUES ($1, $2, $3) RETURNING published_at;

-- name: mark_published
UPDATE award SET published_at = $2 WHERE id = $1;

-- name: result
-- `revealed`: the second of its ceremony has come, by this clock.
SELECT r.text, r.published_at, a.reveals_at, a.reveals_at IS NULL OR a.reveals_at <= clock_timestamp() AS revealed
FROM award_result r JOIN award a ON a.id = r.award_id WHERE r.award_id = $1;

-- name: stored_protocol
SELECT text FROM award_protocol WHERE award_id = $1;
