-- name: awards
SELECT a.* FROM award a WHERE a.festival_id = (SELECT id FROM festival WHERE state = 'current') ORDER BY a.closes_at, a.id;

-- name: awards_page
-- $1 a festival, $2 and $3 end of voting and id of the award it goes on after, $4 how many.
SELECT a.* FROM award a WHERE a.festival_id = $1 AND (a.closes_at, a.id) > ($2, $3) ORDER BY a.closes_at, a.id LIMIT $4;

-- name: award
-- A rehearsal takes votes and is shown to nobody.
SELECT a.* FROM award a JOIN festival f ON f.id = a.festival_id AND f.state <> 'rehearsal' WHERE a.id = $1;

-- name: boards_to_check
-- Awards whose board can still change, and an hour longer.
SELECT a.id FROM award a JOIN festival f ON f.id = a.festival_id AND f.state <> 'rehearsal'
WHERE a.opens_at < clock_timestamp() AND clock_timestamp() < a.closes_at + a.grace + interval '1 hour' ORDER BY a.id;

-- name: entries
-- Only released series are shown; the others keep their place and appear when they are released.
SELECT e.id, s.id AS series, s.slug, s.title, p.number AS episode, p.title AS episode_title
FROM entry e JOIN series s ON s.id = e.series_id LEFT JOIN episode p ON p.id = e.episode_id
WHERE e.award_id = $1 AND s.released_at IS NOT NULL ORDER BY e.id;

-- name: save_award
INSERT INTO award (festival_id, slug, name, kind, min_value, max_value, opens_at, closes_at, grace, board,
                   tiers, weights, method, minimum, watch, receipts, paper_until)
VALUES ((SELECT id FROM festival WHERE state = 'current'), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (festival_id, slug) DO NOTHING
RETURNING *;

-- name: save_secret
INSERT INTO award_secret (award_id, secret) VALUES ($1, $2);

-- name: save_entries
-- $1 award, $2 section slug or NULL for all, $3 whether each episode is an entry of its own.
INSERT INTO entry (award_id, series_id, episode_id)
SELECT $1, s.id, p.id FROM series s JOIN section c ON c.id = s.section_id
LEFT JOIN episode p ON $3::boolean AND p.series_id = s.id
WHERE c.festival_id = (SELECT festival_id FROM award WHERE id = $1) AND ($2::text IS NULL OR c.slug = $2) AND ($3::boolean IS FALSE OR p.id IS NOT NULL) ORDER BY s.id, p.number
ON CONFLICT DO NOTHING;

-- name: count_entries
SELECT count(*) FROM entry WHERE award_id = $1;

-- name: store_votes
-- $1 batch, then one array per column; choices as text, "3,1,2", because arrays of arrays are boxes.
-- What breaks a rule of its award is not stored and is explained by explain_votes. `question` is the entry, or 0 where
-- choices answer for the whole ballot. Two processes that store for one ballot and question at once want the same
-- revision: the key refuses the second one's batch, which is split until it fits. (To name one key as arbiter halves the
-- price of an insert.) The ballot and its tier are what a signed token says, so only void ones are looked for. Ballots of
-- halls and kiosks, `exempt`, have seen there what they vote for.
WITH fresh AS (
  INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, value, choices, channel, receipt)
  SELECT t.idem, $1, t.award, t.ballot, t.question,
         coalesce((SELECT max(v.revision) FROM vote_event v
                   WHERE v.award_id = t.award AND v.ballot = t.ballot AND v.question = t.question), 0) + 1,
         1, t.value, c.choices, t.channel, t.receipt
  FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[], $7::text[], $8::smallint[], $9::text[],
              $10::boolean[]) AS t(idem, award, ballot, question, value, chosen, channel, receipt, exempt)
  JOIN award a ON a.id = t.award AND clock_timestamp() >= a.opens_at AND clock_timestamp() < a.closes_at + a.grace
  CROSS JOIN LATERAL (SELECT string_to_array(t.chosen, ',')::bigint[]) AS c(choices)
  WHERE t.ballot NOT IN (SELECT id FROM ballot WHERE barred_at IS NOT NULL)
    AND CASE WHEN a.kind IN ('favourite', 'approval', 'ranking')
        THEN t.question = 0 AND cardinality(c.choices) BETWEEN a.min_value AND a.max_value
             AND (SELECT count(*) FROM entry e JOIN series s ON s.id = e.series_id
                  WHERE e.award_id = t.award AND e.id = ANY (c.choices) AND s.released_at IS NOT NULL) = cardinality(c.choices)
        ELSE t.value BETWEEN a.min_value AND a.max_value
             AND EXISTS (SELECT FROM entry e JOIN series s ON s.id = e.series_id
                         WHERE e.award_id = t.award AND e.id = t.question AND s.released_at IS NOT NULL) END
    AND (a.watch IS NULL OR t.exempt OR NOT EXISTS (
           SELECT FROM unnest(coalesce(c.choices, ARRAY[t.question])) AS x(entry)
           WHERE NOT EXISTS (SELECT FROM watched w WHERE w.ballot = t.ballot AND w.entry = x.entry)))
  ORDER BY t.idem
  ON CONFLICT (idem) DO NOTHING
  RETURNING idem, award_id, ballot, question, revision, cast_at)
SELECT f.idem AS id, f.revision, a.kind, a.receipts, f.cast_at,
       CASE WHEN f.revision > 1 THEN (SELECT p.value FROM vote_event p
         WHERE p.award_id = f.award_id AND p.ballot = f.ballot AND p.question = f.question
           AND p.revision = f.revision - 1 AND p.kind = 1) END AS previous,
       CASE WHEN f.revision > 1 THEN (SELECT p.choices FROM vote_event p
         WHERE p.award_id = f.award_id AND p.ballot = f.ballot AND p.question = f.question
           AND p.revision = f.revision - 1 AND p.kind = 1) END AS previous_choices,
       f.revision = 1 AND NOT EXISTS (
         SELECT FROM vote_event v WHERE v.award_id = f.award_id AND v.ballot = f.ballot) AS first,
       f.ballot NOT IN (SELECT id FROM ballot WHERE quarantined_at IS NOT NULL) AS counts
FROM fresh f JOIN award a ON a.id = f.award_id;

-- name: explain_votes
-- For votes that store_votes left out: the earlier line of the same id, if any, and the state of award and ballot.
SELECT t.idem AS id, a.kind, a.closes_at, a.min_value, a.max_value, b.barred_at IS NOT NULL AS barred,
       (SELECT count(*) FROM entry e JOIN series s ON s.id = e.series_id
        WHERE e.award_id = t.award AND e.id = ANY (n.asked) AND s.released_at IS NOT NULL) = cardinality(n.asked) AS entries_known,
       a.watch IS NULL OR b.tier IN ('hall', 'kiosk') OR NOT EXISTS (
         SELECT FROM unnest(n.asked) AS x(entry)
         WHERE NOT EXISTS (SELECT FROM watched w WHERE w.ballot = t.ballot AND w.entry = x.entry)) AS watched,
       CASE WHEN clock_timestamp() < a.opens_at THEN 'scheduled'
            WHEN clock_timestamp() < a.closes_at + a.grace THEN 'open' ELSE 'closed' END AS state,
       v.award_id AS award, v.ballot, v.question, v.value, v.choices, v.cast_at,
       CASE WHEN a.receipts THEN v.receipt END AS receipt
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[]) AS t(idem, award, ballot, question, chosen)
JOIN award a ON a.id = t.award
JOIN ballot b ON b.id = t.ballot AND b.award_id = t.award
CROSS JOIN LATERAL (SELECT coalesce(string_to_array(t.chosen, ',')::bigint[], ARRAY[t.question])) AS n(asked)
LEFT JOIN vote_event v ON v.idem = t.idem;

-- name: my_votes
-- The latest event of each question, also where it is a void.
SELECT v.id, v.ballot, v.question, v.value, v.choices, v.revision, v.cast_at, CASE WHEN a.receipts THEN v.receipt END AS receipt
FROM (SELECT DISTINCT ON (question) idem AS id, ballot, question, value, choices, revision, cast_at, receipt, award_id
      FROM vote_event WHERE award_id = $1 AND ballot = $2 ORDER BY question, revision DESC) v
JOIN award a ON a.id = v.award_id;

-- name: try_alone
-- Held until the transaction ends, with memory for what it sorts.
SELECT pg_try_advisory_xact_lock(hashtext('tallscreen-alone')) AS alone, set_config('work_mem', '128MB', true);

-- name: prepare_alone
-- $1 how long to wait for one's turn; how long other locks are waited for.
SELECT current_setting('lock_timeout'), set_config('lock_timeout', $1, true), set_config('work_mem', '128MB', true);

-- name: alone
-- $1 how long other locks are waited for.
SELECT pg_advisory_xact_lock(hashtext('tallscreen-alone')), set_config('lock_timeout', $1, true);

-- name: recount
-- One statement, so one snapshot. The latest event of each ballot and question counts, unless it is a void or its ballot
-- is under review. A choice is a vote for its entry; of a ranking only the first place is. `batches` are those this
-- count has seen and that may still be on their way to the board.
WITH latest AS MATERIALIZED (
  SELECT DISTINCT ON (ballot, question) ballot, question, value, choices, kind FROM vote_event
  WHERE award_id = $1 ORDER BY ballot, question, revision DESC),
counted AS (
  SELECT l.question, l.value, l.choices FROM latest l
  WHERE l.kind = 1 AND l.ballot NOT IN (SELECT id FROM ballot WHERE award_id = $1 AND quarantined_at IS NOT NULL)),
given AS (
  SELECT question AS entry, value FROM counted WHERE choices IS NULL
  UNION ALL
  SELECT x.entry, 1 FROM counted, unnest(choices) WITH ORDINALITY AS x(entry, place)
  WHERE x.place = 1 OR (SELECT kind FROM award WHERE id = $1) <> 'ranking'),
tally AS (SELECT entry, count(*) AS votes, sum(value) AS sum FROM given GROUP BY entry)
SELECT (SELECT count(*) FROM vote_event WHERE award_id = $1) AS rows,
       (SELECT count(DISTINCT ballot) FROM latest) AS ballots,
       coalesce((SELECT jsonb_agg(jsonb_build_object('entry', entry, 'votes', votes, 'sum', sum) ORDER BY entry) FROM tally),
                '[]') AS entries,
       array(SELECT DISTINCT batch FROM vote_event
             WHERE award_id = $1 AND cast_at > clock_timestamp() - interval '10 minutes') AS batches;

-- name: durability
-- A vote may be confirmed only where the server keeps what it has committed.
SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'
   AND current_setting('synchronous_commit') <> 'off' AS kept;
