-- name: open_journal
-- $1 kiosk.
INSERT INTO kiosk_journal (kiosk_id) VALUES ($1) ON CONFLICT DO NOTHING;

-- name: hold_journal
-- $1 kiosk, until the transaction ends: one request at a time adds to a journal.
SELECT counter, received, waiting, reported_at, clock_timestamp() AS now FROM kiosk_journal WHERE kiosk_id = $1 FOR UPDATE;

-- name: journal
SELECT counter, received, waiting, reported_at, clock_timestamp() AS now FROM kiosk_journal WHERE kiosk_id = $1;

-- name: mark_records
-- $1 kiosk, $2 up to, $3 after: records that were not there yet at that report.
INSERT INTO kiosk_mark (kiosk_id, upto, after) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: save_report
-- $1 kiosk, $2 newest counter, $3 received, $4 waiting, $5 now. Empty where it says so and nothing is missing.
UPDATE kiosk_journal SET counter = $2::int, received = $3::int, waiting = $4::int, reported_at = $5::timestamptz,
       empty_at = CASE WHEN $2::int = $3::int AND $4::int = 0 THEN $5::timestamptz ELSE empty_at END
WHERE kiosk_id = $1;

-- name: gaps
-- $1 kiosk, $2 newest counter: first and last of each hole, also of the one at the end.
SELECT first, last FROM (
  SELECT counter + 1 AS first, lead(counter, 1, $2::bigint + 1) OVER (ORDER BY counter) - 1 AS last
  FROM (SELECT 0::bigint AS counter UNION ALL SELECT counter FROM kiosk_vote WHERE kiosk_id = $1) x) g
WHERE last >= first ORDER BY first LIMIT 20;

-- name: head
SELECT counter, hash FROM kiosk_vote WHERE kiosk_id = $1 ORDER BY counter DESC LIMIT 1;

-- name: known_records
-- $1 kiosk, $2 counters. The receipt is that of the line in the ledger, where the award gives one.
SELECT k.counter, k.idem, k.hash, k.prev, k.outcome, k.reason, CASE WHEN a.receipts THEN v.receipt END AS receipt
FROM kiosk_vote k LEFT JOIN vote_event v ON v.idem = k.idem AND k.outcome IN ('counted', 'review') LEFT JOIN award a ON a.id = k.award_id
WHERE k.kiosk_id = $1 AND k.counter = ANY ($2::bigint[]);

-- name: marks
-- $1 kiosk, $2 counter: those that say something of this record and of later ones.
SELECT upto, after FROM kiosk_mark WHERE kiosk_id = $1 AND upto >= $2 ORDER BY upto;

-- name: kiosk_awards
-- $1 awards, $2 kiosk. Held, so that none is published until the transaction ends.
SELECT a.id, a.kind, a.min_value, a.max_value, a.opens_at, a.closes_at, a.grace, a.tiers, s.secret,
       a.published_at IS NOT NULL AS published,
       array(SELECT e.id FROM entry e JOIN series r ON r.id = e.series_id WHERE e.award_id = a.id AND r.released_at IS NOT NULL) AS entries,
       (SELECT count(*) FROM ballot b WHERE b.award_id = a.id AND b.kiosk_id = $2) AS ballots
FROM award a LEFT JOIN award_secret s ON s.award_id = a.id WHERE a.id = ANY ($1::bigint[]) ORDER BY a.id FOR SHARE OF a;

-- name: traits
-- $1 kiosk: how many people came by, where somebody counted, and whether its disk was ever copied or put back.
SELECT head_count, EXISTS (SELECT FROM kiosk_finding WHERE kiosk_id = $1 AND what = 'fork') AS forked FROM kiosk WHERE id = $1;

-- name: good_badges
-- $1 token hashes, $2 kiosk.
SELECT token_hash FROM badge
WHERE token_hash = ANY ($1::bytea[]) AND revoked_at IS NULL AND festival_id = (SELECT festival_id FROM kiosk WHERE id = $2);

-- name: kiosk_ballots
-- $1 kiosk, then one array per column, no key twice. `fresh`: made just now.
INSERT INTO ballot (award_id, tier, voter_key, kiosk_id)
SELECT t.award, t.tier, t.voter, CASE t.tier WHEN 'kiosk' THEN $1::bigint END
FROM unnest($2::bigint[], $3::text[], $4::bytea[]) AS t(award, tier, voter) ORDER BY t.award, t.voter
ON CONFLICT (award_id, voter_key) DO UPDATE SET tier = ballot.tier
RETURNING id, award_id AS award, voter_key AS voter, barred_at IS NOT NULL AS barred, xmax = 0 AS fresh;

-- name: answers_of
-- $1 kiosk, then one array per column: of each ballot's answers to each question the last one given elsewhere, on a phone by
-- the database's clock and at another kiosk as that one estimates it, and the place in the journal of the last one given
-- here. A ballot without a row has not voted.
SELECT t.award, t.ballot, t.question,
       max(coalesce(k.cast_at, v.cast_at)) FILTER (WHERE v.question = t.question AND k.kiosk_id IS DISTINCT FROM $1::bigint) AS answered_at,
       max(k.counter) FILTER (WHERE v.question = t.question AND k.kiosk_id = $1) AS counter
FROM (SELECT DISTINCT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS x(award, ballot, question)) t
JOIN vote_event v ON v.award_id = t.award AND v.ballot = t.ballot
LEFT JOIN kiosk_vote k ON k.idem = v.idem AND v.channel = 2 AND k.outcome IN ('counted', 'review') GROUP BY 1, 2, 3;

-- name: votes_by_id
-- $1 ids: lines of the ledger that have them.
SELECT v.idem, v.award_id AS award, v.ballot, v.question, v.value, v.choices, CASE WHEN a.receipts THEN v.receipt END AS receipt
FROM vote_event v JOIN award a ON a.id = v.award_id WHERE v.idem = ANY ($1::uuid[]);

-- name: store_kiosk_votes
-- $1 batch, then one array per column, no ballot and question twice. What may not be stored was sorted out before; a vote
-- from a phone at the same moment may take the revision, then the key refuses all of it and it is done again.
WITH fresh AS (
  INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, value, choices, channel, receipt)
  SELECT t.idem, $1, t.award, t.ballot, t.question,
         coalesce((SELECT max(v.revision) FROM vote_event v
                   WHERE v.award_id = t.award AND v.ballot = t.ballot AND v.question = t.question), 0) + 1,
         1, t.value, string_to_array(t.chosen, ',')::bigint[], 2, t.receipt
  FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[], $7::text[], $8::text[])
       AS t(idem, award, ballot, question, value, chosen, receipt)
  ORDER BY t.idem
  RETURNING idem, award_id, ballot, question, revision, cast_at)
SELECT f.idem AS id, f.revision, a.kind, a.receipts, f.cast_at, p.value AS previous, p.choices AS previous_choices,
       f.revision = 1 AND NOT EXISTS (SELECT FROM vote_event v WHERE v.award_id = f.award_id AND v.ballot = f.ballot) AS first,
       b.quarantined_at IS NULL AS counts
FROM fresh f JOIN award a ON a.id = f.award_id JOIN ballot b ON b.id = f.ballot
LEFT JOIN vote_event p ON p.award_id = f.award_id AND p.ballot = f.ballot AND p.question = f.question
  AND p.revision = f.revision - 1 AND p.kind = 1;

-- name: check_again
-- $1 awards: the last look for fraud was taken when voting was over, and did not see these votes.
UPDATE award_watch SET finished_at = NULL, check_at = clock_timestamp() WHERE award_id = ANY ($1::bigint[]) AND finished_at IS NOT NULL;

-- name: save_records
-- $1 kiosk, then one array per column.
INSERT INTO kiosk_vote (kiosk_id, counter, idem, award_id, hash, prev, body, signature, visitor, cast_at, uncertainty_ms, ballot,
                        outcome, reason)
SELECT $1::bigint, t.* FROM unnest($2::int[], $3::uuid[], $4::bigint[], $5::bytea[], $6::bytea[], $7::text[], $8::bytea[], $9::uuid[],
                           $10::timestamptz[], $11::bigint[], $12::bigint[], $13::text[], $14::text[]) AS t;

-- name: last_visitor
-- $1 kiosk, $2 before this counter: the visitor before it, and when they cast their first vote.
-- Nobody casts as many as a thousand.
SELECT v.visitor, min(v.cast_at) AS cast_at, max(v.uncertainty_ms) AS uncertainty_ms
FROM (SELECT counter, visitor FROM kiosk_vote WHERE kiosk_id = $1 AND counter < $2 AND visitor IS NOT NULL ORDER BY counter DESC LIMIT 1) l
JOIN kiosk_vote v ON v.kiosk_id = $1 AND v.counter BETWEEN l.counter - 1000 AND l.counter AND v.visitor = l.visitor GROUP BY v.visitor;

-- name: save_finding
INSERT INTO kiosk_finding (kiosk_id, what, counter, detail) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: findings
SELECT what, counter, found_at FROM kiosk_finding WHERE kiosk_id = $1 ORDER BY id DESC LIMIT 50;

-- name: raise_flag
-- $1 award, $2 subject, $3 ballots, $4 numbers. An open one takes in more; a settled one opens again, since its new ballots
-- wait and nobody has decided about them.
INSERT INTO flag (award_id, what, subject, ballots, numbers, quarantined_at) VALUES ($1, 'kiosk', $2, $3, $4, clock_timestamp())
ON CONFLICT (award_id, what, subject) DO UPDATE
SET ballots = array(SELECT DISTINCT x FROM unnest(flag.ballots || excluded.ballots) AS x ORDER BY x), numbers = excluded.numbers,
    quarantined_at = clock_timestamp(), raised_at = CASE WHEN flag.settled_at IS NULL THEN flag.raised_at ELSE clock_timestamp() END,
    settled_at = NULL, settled_by = NULL, outcome = NULL;

-- name: votes_in_review
-- $1 award, $2 kiosk, $3 reason: how many wait, and how far after closing the last may have been, in seconds.
SELECT count(*) AS votes, coalesce(extract(epoch FROM max(k.cast_at) - max(a.closes_at)), 0)::float8 AS after_closing,
       coalesce(max(k.uncertainty_ms), 0) / 1000.0::float8 AS uncertainty
FROM kiosk_vote k JOIN award a ON a.id = k.award_id
WHERE k.award_id = $1 AND k.kiosk_id = $2 AND k.reason = $3 AND k.outcome = 'review';
