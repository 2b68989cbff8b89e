-- name: awards
SELECT id, slug, name, kind, min_value, max_value, opens_at, closes_at, grace, board FROM award
WHERE festival_id = (SELECT id FROM festival ORDER BY id LIMIT 1) ORDER BY closes_at, id;

-- name: award
SELECT id, slug, name, kind, min_value, max_value, opens_at, closes_at, grace, board FROM award WHERE id = $1;

-- name: entries
-- Only released series are shown; the others keep their place and appear when they are released.
SELECT e.id, s.id AS series, s.slug, s.title FROM entry e JOIN series s ON s.id = e.series_id
WHERE e.award_id = $1 AND s.released_at IS NOT NULL ORDER BY e.id;

-- name: save_award
INSERT INTO award (festival_id, slug, name, opens_at, closes_at, grace, board)
VALUES ((SELECT id FROM festival ORDER BY id LIMIT 1), $1, $2, $3, $4, $5, $6)
ON CONFLICT (festival_id, slug) DO NOTHING
RETURNING id, slug, name, kind, min_value, max_value, opens_at, closes_at, grace, board;

-- name: save_entries
-- $1 award, $2 section slug or NULL for all.
INSERT INTO entry (award_id, series_id)
SELECT $1, s.id FROM series s JOIN section c ON c.id = s.section_id WHERE $2::text IS NULL OR c.slug = $2 ORDER BY s.id
ON CONFLICT DO NOTHING;

-- name: ballot_of
-- $1 award, $2 tier, $3 voter key. The key settles two taps at once; the update returns the row that is there.
INSERT INTO ballot (award_id, tier, voter_key) VALUES ($1, $2, $3)
ON CONFLICT (award_id, voter_key) DO UPDATE SET tier = ballot.tier RETURNING id;

-- name: store_votes
-- $1 batch, then one array per column. What breaks a rule of its award is not stored and is explained by explain_votes.
WITH fresh AS (
  INSERT INTO vote_event (idem, batch, award_id, ballot, entry, kind, value, channel, receipt)
  SELECT t.idem, $1, t.award, t.ballot, t.entry, 1, t.value, t.channel, t.receipt
  FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[], $7::smallint[], $8::text[])
       AS t(idem, award, ballot, entry, value, channel, receipt)
  JOIN award a ON a.id = t.award AND clock_timestamp() >= a.opens_at AND clock_timestamp() < a.closes_at + a.grace
              AND t.value BETWEEN a.min_value AND a.max_value
  JOIN entry e ON e.award_id = t.award AND e.id = t.entry
  JOIN series s ON s.id = e.series_id AND s.released_at IS NOT NULL
  ORDER BY t.idem
  ON CONFLICT (idem) DO NOTHING
  RETURNING idem, award_id, ballot, entry, value, receipt, cast_at)
SELECT f.idem AS id, f.award_id AS award, f.ballot, f.entry, f.value, f.receipt, f.cast_at,
       (SELECT CASE v.kind WHEN 1 THEN v.value END FROM vote_event v
        WHERE v.award_id = f.award_id AND v.ballot = f.ballot AND v.entry = f.entry ORDER BY v.seq DESC LIMIT 1) AS previous,
       NOT EXISTS (SELECT FROM vote_event v WHERE v.award_id = f.award_id AND v.ballot = f.ballot) AS first
FROM fresh f;

-- name: explain_votes
-- For votes that store_votes left out: the earlier line of the same id, if any, and the state of the award.
SELECT t.idem AS id, a.closes_at, a.min_value, a.max_value, s.id IS NOT NULL AS entry_known,
       CASE WHEN clock_timestamp() < a.opens_at THEN 'scheduled'
            WHEN clock_timestamp() < a.closes_at + a.grace THEN 'open' ELSE 'closed' END AS state,
       v.award_id AS award, v.ballot, v.entry, v.value, v.receipt, v.cast_at
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS t(idem, award, entry)
JOIN award a ON a.id = t.award
LEFT JOIN entry e ON e.award_id = t.award AND e.id = t.entry
LEFT JOIN series s ON s.id = e.series_id AND s.released_at IS NOT NULL
LEFT JOIN vote_event v ON v.idem = t.idem;

-- name: my_votes
SELECT DISTINCT ON (entry) idem AS id, entry, value, receipt, cast_at, kind FROM vote_event
WHERE award_id = $1 AND ballot = $2 ORDER BY entry, seq DESC;

-- name: recount
-- One statement, so one snapshot. The latest event of each ballot for each entry counts, unless it is a void.
-- `batches` are those this count has seen and that may still be on their way to the board.
WITH latest AS (
  SELECT DISTINCT ON (ballot, entry) ballot, entry, value, kind FROM vote_event
  WHERE award_id = $1 ORDER BY ballot, entry, seq DESC),
tally AS (SELECT entry, count(*) AS votes, sum(value) AS sum FROM latest WHERE kind = 1 GROUP BY entry)
SELECT (SELECT count(*) FROM vote_event WHERE award_id = $1) AS rows,
       (SELECT count(DISTINCT ballot) FROM latest) AS ballots,
       coalesce((SELECT jsonb_agg(jsonb_build_object('entry', entry, 'votes', votes, 'sum', sum) ORDER BY entry) FROM tally),
                '[]') AS entries,
       array(SELECT DISTINCT batch FROM vote_event
             WHERE award_id = $1 AND cast_at > clock_timestamp() - interval '10 minutes') AS batches;

-- name: count_rows
SELECT count(*) FROM vote_event WHERE award_id = $1;

-- name: durability
-- A vote may be confirmed only where the server keeps what it has committed.
SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'
   AND current_setting('synchronous_commit') <> 'off' AS kept;
