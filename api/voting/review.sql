-- name: flags
-- $1 award, $2 the flag itself or, with $3, the one it goes on after, $4 how many: the newest first, of the open ones or of those
-- that are settled, or the one flag where $3 is NULL. `under_review` and `void` of its ballots.
SELECT f.id, f.what, f.subject, f.numbers, cardinality(f.ballots) AS ballots, f.ballots[1:200] AS sample, n.under_review, n.void,
       f.raised_at, f.quarantined_at, f.settled_at, f.outcome,
       CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'name', p.name) END AS settled_by
FROM flag f LEFT JOIN account p ON p.id = f.settled_by
CROSS JOIN LATERAL (
  SELECT count(b.quarantined_at) AS under_review, count(b.barred_at) AS void
  FROM unnest(f.ballots) AS x(ballot) JOIN ballot b ON b.id = x.ballot
  WHERE b.award_id = f.award_id AND (b.quarantined_at IS NOT NULL OR b.barred_at IS NOT NULL)) n
WHERE f.award_id = $1 AND CASE WHEN $3::boolean IS NULL THEN f.id = $2 WHEN $3 THEN f.settled_at IS NOT NULL AND f.id < $2
                           ELSE f.settled_at IS NULL AND f.id < $2 END
ORDER BY f.id DESC LIMIT $4;

-- name: count_flags
-- $1 award: open ones and settled ones, up to a thousand each.
SELECT (SELECT count(*) FROM (SELECT FROM flag WHERE award_id = $1 AND settled_at IS NULL LIMIT 1000) o) AS open,
       (SELECT count(*) FROM (SELECT FROM flag WHERE award_id = $1 AND settled_at IS NOT NULL LIMIT 1000) s) AS settled;

-- name: lock_flag
SELECT id, ballots, settled_at, outcome FROM flag WHERE award_id = $1 AND id = $2 FOR UPDATE;

-- name: mark_flag
-- $1 flag, $2 whether its ballots are under review.
UPDATE flag SET quarantined_at = CASE WHEN $2 THEN coalesce(quarantined_at, clock_timestamp()) END WHERE id = $1;

-- name: quarantine
-- $1 award, $2 ballots. Those that came later as well, if it is done again.
UPDATE ballot SET quarantined_at = clock_timestamp()
WHERE award_id = $1 AND id = ANY ($2::bigint[]) AND quarantined_at IS NULL AND barred_at IS NULL RETURNING id;

-- name: release
-- $1 award, $2 flag: its ballots, unless another flag keeps them under review.
UPDATE ballot SET quarantined_at = NULL
WHERE award_id = $1 AND quarantined_at IS NOT NULL
  AND id IN (SELECT unnest(f.ballots) FROM flag f WHERE f.id = $2)
  AND id NOT IN (SELECT unnest(o.ballots) FROM flag o
                 WHERE o.award_id = $1 AND o.id <> $2 AND o.settled_at IS NULL AND o.quarantined_at IS NOT NULL)
RETURNING id;

-- name: dismiss_flag
UPDATE flag SET settled_at = clock_timestamp(), settled_by = $2, outcome = 'dismissed', quarantined_at = NULL WHERE id = $1;

-- name: settle_void_flags
-- $1 award, $2 who: flags of which nothing but void ballots is left.
UPDATE flag f SET settled_at = clock_timestamp(), settled_by = $2, outcome = 'void', quarantined_at = NULL
WHERE f.award_id = $1 AND f.settled_at IS NULL AND cardinality(f.ballots) > 0
  AND NOT EXISTS (SELECT FROM unnest(f.ballots) AS x(ballot) JOIN ballot b ON b.id = x.ballot WHERE b.barred_at IS NULL);

-- name: mark_reviewed
-- $1 award: what counts has changed.
INSERT INTO award_review (award_id) VALUES ($1) ON CONFLICT (award_id) DO UPDATE SET reviewed_at = excluded.reviewed_at;

-- name: boards_to_build
-- Awards whose board may not know of a review. Once more when the statements of that moment have ended: a batch that was
-- under way has counted a ballot that no longer does.
SELECT award_id, clock_timestamp() AS now FROM award_review
WHERE board_at IS NULL OR board_at < reviewed_at
   OR (board_at < reviewed_at + interval '6 seconds' AND clock_timestamp() >= reviewed_at + interval '6 seconds') ORDER BY award_id;

-- name: mark_built
UPDATE award_review SET board_at = $2 WHERE award_id = $1;

-- name: review
-- What everyone may know: ballots with votes that are under review or void.
SELECT a.id AS award,
       (SELECT count(*) FROM ballot b WHERE b.award_id = a.id AND b.quarantined_at IS NOT NULL AND b.barred_at IS NULL
          AND EXISTS (SELECT FROM vote_event v WHERE v.award_id = a.id AND v.ballot = b.id)) AS under_review,
       coalesce((SELECT jsonb_object_agg(r.reason, r.ballots) FROM (
         SELECT q.reason, count(DISTINCT x.ballot) AS ballots FROM void_request q, unnest(q.ballots) AS x(ballot)
         WHERE q.award_id = a.id AND q.agreed
           AND EXISTS (SELECT FROM vote_event v WHERE v.award_id = a.id AND v.ballot = x.ballot)
         GROUP BY q.reason) r), '{}') AS void_by_reason
FROM award a WHERE a.id = $1;

-- name: voids
-- $1 award, $2 one request, or NULL for all: open ones first.
SELECT q.id, q.award_id AS award, q.flag_id AS flag, cardinality(q.ballots) AS ballots, q.ballots[1:200] AS sample, q.reason, q.words,
       CASE WHEN q.withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN q.agreed THEN 'agreed' WHEN NOT q.agreed THEN 'refused'
            ELSE 'waiting' END AS state,
       q.asked_at, jsonb_build_object('id', p.id, 'name', p.name) AS asked_by, q.decided_at, q.withdrawn_at,
       CASE WHEN d.id IS NOT NULL THEN jsonb_build_object('id', d.id, 'name', d.name) END AS decided_by
FROM void_request q JOIN account p ON p.id = q.asked_by LEFT JOIN account d ON d.id = q.decided_by
WHERE q.award_id = $1 AND ($2::bigint IS NULL OR q.id = $2)
ORDER BY coalesce(q.decided_at, q.withdrawn_at) IS NOT NULL, q.asked_at DESC, q.id DESC LIMIT 500;

-- name: voidable
-- $1 award, $2 ballots: those there are, and which are void.
SELECT id, barred_at IS NOT NULL AS void FROM ballot WHERE award_id = $1 AND id = ANY ($2::bigint[]) ORDER BY id;

-- name: same_void
-- $1 award, $2 ballots, $3 reason, $4 words, $5 who: the same request, if it still waits.
SELECT id FROM void_request
WHERE award_id = $1 AND ballots = $2::bigint[] AND reason = $3 AND words = $4 AND asked_by = $5
  AND decided_at IS NULL AND withdrawn_at IS NULL;

-- name: save_void
INSERT INTO void_request (award_id, ballots, reason, words, asked_by, flag_id) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: find_void
SELECT id, award_id AS award, ballots, asked_by, agreed, withdrawn_at FROM void_request WHERE id = $1;

-- name: lock_void
SELECT id, award_id AS award, ballots, asked_by, agreed, withdrawn_at FROM void_request WHERE id = $1 FOR UPDATE;

-- name: decide_void
-- $1 request, $2 who, $3 whether agreed, $4 ballots: those that are made void by this request and no other.
UPDATE void_request SET decided_by = $2, decided_at = clock_timestamp(), agreed = $3, ballots = $4 WHERE id = $1;

-- name: withdraw_void
UPDATE void_request SET withdrawn_at = clock_timestamp() WHERE id = $1;

-- name: bar
UPDATE ballot SET barred_at = clock_timestamp(), quarantined_at = NULL WHERE award_id = $1 AND id = ANY ($2::bigint[]);

-- name: open_voids
SELECT EXISTS (SELECT FROM void_request WHERE award_id = $1 AND decided_at IS NULL AND withdrawn_at IS NULL);

-- name: votes_to_void
-- $1 award, $2 how many: answers of ballots that were made void, where the last word on them is still a vote.
SELECT d.void, l.ballot, l.question, l.revision + 1 AS revision
FROM (SELECT q.id AS void, x.ballot FROM void_request q, unnest(q.ballots) AS x(ballot) WHERE q.award_id = $1 AND q.agreed) d
JOIN ballot b ON b.id = d.ballot AND b.award_id = $1 AND b.barred_at IS NOT NULL
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (v.question) v.ballot, v.question, v.revision, v.kind FROM vote_event v
  WHERE v.award_id = $1 AND v.ballot = d.ballot ORDER BY v.question, v.revision DESC) l
WHERE l.kind = 1 ORDER BY l.ballot, l.question LIMIT $2;

-- name: save_voids
-- $1 batch, $2 award, then one array per column. A vote that arrives at the same moment may take the revision: then
-- there is nothing here, and the next look finds that vote.
INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, channel, receipt)
SELECT t.idem, $1, $2, t.ballot, t.question, t.revision, 2, 1, t.receipt
FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::int[], $7::text[]) AS t(idem, ballot, question, revision, receipt)
ORDER BY t.idem ON CONFLICT DO NOTHING;

-- name: lately_voided
-- Awards with a decision of the last minutes: a vote that was under way then may have come after it.
SELECT DISTINCT q.award_id FROM void_request q JOIN award a ON a.id = q.award_id
WHERE q.agreed AND q.decided_at > clock_timestamp() - interval '2 minutes' AND a.published_at IS NULL ORDER BY 1;

-- name: ask_publication
-- The first request counts.
INSERT INTO publish_request (award_id, asked_by) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING award_id;

-- name: withdraw_publication
WITH taken AS (DELETE FROM publish_request WHERE award_id = $1 RETURNING award_id, asked_by)
INSERT INTO audit_event (account_id, action, object, detail)
SELECT NULL, 'withdraw-publish', 'award:' || award_id, jsonb_build_object('asked_by', asked_by) FROM taken;

-- name: publication
-- How far the publication of an award is.
SELECT a.id AS award, q.asked_at, r.published_at,
       CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'name', p.name) END AS asked_by,
       CASE WHEN g.id IS NOT NULL THEN jsonb_build_object('id', g.id, 'name', g.name) END AS agreed_by
FROM award a LEFT JOIN publish_request q ON q.award_id = a.id LEFT JOIN account p ON p.id = q.asked_by
LEFT JOIN award_result r ON r.award_id = a.id LEFT JOIN account g ON g.id = r.published_by
WHERE a.id = $1;

-- name: turnout
-- Lines of the ledger, and ballots with votes by tier; who voted for what is not asked.
SELECT a.id AS award, coalesce(sum(t.rows), 0)::bigint AS rows,
       coalesce(jsonb_object_agg(t.tier, t.ballots) FILTER (WHERE t.tier IS NOT NULL), '{}') AS ballots
FROM award a LEFT JOIN LATERAL (
  SELECT b.tier, count(DISTINCT v.ballot) AS ballots, count(*) AS rows
  FROM vote_event v JOIN ballot b ON b.id = v.ballot WHERE v.award_id = a.id GROUP BY b.tier) t ON true
WHERE a.id = $1 GROUP BY a.id;
