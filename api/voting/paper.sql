-- name: paper_award
-- $1 award: what its sheets may say. Held, so that nobody publishes it until the transaction ends.
SELECT a.id, a.name, a.kind, a.min_value AS min, a.max_value AS max, a.opens_at, a.paper_until, a.published_at,
       clock_timestamp() AS now,
       array(SELECT e.id FROM entry e JOIN series s ON s.id = e.series_id WHERE e.award_id = a.id AND s.released_at IS NOT NULL) AS entries
FROM award a WHERE a.id = $1 FOR SHARE OF a;

-- name: paper_entries
-- $1 award: numbered in the order in which they were entered; what is not released keeps its number.
SELECT n.id, n.number, s.title, p.number AS episode
FROM (SELECT id, series_id, episode_id, row_number() OVER (ORDER BY id) AS number FROM entry WHERE award_id = $1) n
JOIN series s ON s.id = n.series_id LEFT JOIN episode p ON p.id = n.episode_id
WHERE s.released_at IS NOT NULL ORDER BY n.number;

-- name: paper_festival
-- $1 award: the festival it is of, and the languages of its pages.
SELECT f.name, f.languages AS offered FROM award a JOIN festival f ON f.id = a.festival_id WHERE a.id = $1;

-- name: open_batch
-- $1 award, $2 request, $3 place, $4 screening, $5 entry, $6 sheets, $7 how, $8 who. The award is locked by the caller.
INSERT INTO paper_batch (award_id, request, number, place, screening_id, entry_id, sheets, how, opened_by)
SELECT $1, $2, 1 + coalesce((SELECT max(number) FROM paper_batch WHERE award_id = $1), 0), $3, $4, $5, $6, $7, $8
WHERE ($4::bigint IS NULL OR EXISTS (SELECT FROM screening c JOIN award a ON a.festival_id = c.festival_id WHERE c.id = $4 AND a.id = $1))
  AND ($5::bigint IS NULL OR EXISTS (SELECT FROM entry WHERE id = $5 AND award_id = $1))
ON CONFLICT (request) DO NOTHING RETURNING id;

-- name: batch_of_request
-- $1 award, $2 request, $3 who.
SELECT id FROM paper_batch WHERE award_id = $1 AND request = $2 AND opened_by = $3;

-- name: batches
-- $1 award or NULL, $2 one batch or NULL, $3 who asks.
SELECT b.id, b.award_id AS award, b.number, b.place, c.name AS screening, b.entry_id AS entry, b.sheets, b.how,
       CASE WHEN b.refused_at IS NOT NULL THEN 'refused' WHEN b.counted_at IS NOT NULL THEN 'counted' WHEN b.keyed_at IS NULL THEN 'keying'
            WHEN b.differ_at IS NOT NULL THEN 'differs' ELSE 'waiting' END AS state,
       n.keyed, n.read, CASE WHEN b.keyed_at IS NULL OR b.counted_at IS NOT NULL OR b.opened_by = $3::bigint OR n.mine THEN n.spoilt END AS spoilt,
       b.places, b.opened_at, b.keyed_at, b.counted_at, b.refused_at, b.words, b.photo IS NOT NULL AS photo,
       jsonb_build_object('id', p.id, 'name', p.name) AS opened_by,
       CASE WHEN g.id IS NOT NULL THEN jsonb_build_object('id', g.id, 'name', g.name) END AS counted_by,
       CASE WHEN r.id IS NOT NULL THEN jsonb_build_object('id', r.id, 'name', r.name) END AS refused_by,
       b.opened_by = $3::bigint OR n.mine AS mine
FROM paper_batch b JOIN account p ON p.id = b.opened_by LEFT JOIN screening c ON c.id = b.screening_id
LEFT JOIN account g ON g.id = b.counted_by LEFT JOIN account r ON r.id = b.refused_by
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE reading = 1) AS keyed, count(*) FILTER (WHERE reading = 2) AS read,
         count(*) FILTER (WHERE reading = 1 AND (marks->>'spoilt')::boolean) AS spoilt,
         coalesce(bool_or(reading = 1 AND keyed_by = $3::bigint), false) AS mine
  FROM paper_sheet WHERE batch_id = b.id AND marks IS NOT NULL) n
WHERE ($1::bigint IS NULL OR b.award_id = $1) AND ($2::bigint IS NULL OR b.id = $2) ORDER BY b.number DESC LIMIT 500;

-- name: lock_batch
SELECT id FROM paper_batch WHERE id = $1 FOR UPDATE;

-- name: share_award
-- $1 batch: its award, which cannot be published until the transaction ends.
SELECT a.id FROM award a WHERE a.id = (SELECT award_id FROM paper_batch WHERE id = $1) FOR SHARE;

-- name: change_batch
UPDATE paper_batch SET sheets = $2, place = $3 WHERE id = $1;

-- name: sheets
-- $1 batch, $2 reading; those that were taken back have no marks.
SELECT id, place, turn, marks FROM paper_sheet WHERE batch_id = $1 AND reading = $2 ORDER BY place;

-- name: save_sheets
-- $1 batch, $2 reading, $3 sheets, $4 who. An older turn changes nothing, nor does another device where somebody has read.
INSERT INTO paper_sheet (batch_id, reading, place, id, turn, marks, keyed_by)
SELECT $1, $2, x.place, x.id, x.turn, x.marks, $4
FROM jsonb_to_recordset($3) AS x(place smallint, id uuid, turn int, marks jsonb) ORDER BY x.place
ON CONFLICT (batch_id, reading, place) DO UPDATE
SET id = excluded.id, turn = excluded.turn, marks = excluded.marks, keyed_by = excluded.keyed_by, keyed_at = clock_timestamp()
WHERE (paper_sheet.id = excluded.id AND paper_sheet.turn < excluded.turn) OR (paper_sheet.id <> excluded.id AND paper_sheet.marks IS NULL);

-- name: end_keying
-- $1 batch, $2 who, $3 the places that are read a second time.
UPDATE paper_batch SET keyed_by = $2, keyed_at = clock_timestamp(), places = $3 WHERE id = $1;

-- name: read_all
-- $1 batch: its sample was read in two ways, so all of it is read again.
UPDATE paper_batch SET how = 'rekey', places = array(SELECT generate_series(1, sheets)) WHERE id = $1;

-- name: mark_differing
UPDATE paper_batch SET differ_at = coalesce(differ_at, clock_timestamp()) WHERE id = $1;

-- name: mark_counted
UPDATE paper_batch SET counted_by = $2, counted_at = clock_timestamp() WHERE id = $1;

-- name: refuse_batch
UPDATE paper_batch SET refused_by = $2, refused_at = clock_timestamp(), words = $3 WHERE id = $1;

-- name: paper_ballots
-- $1 award, $2 batch, $3 voter keys. A sheet is one ballot, however often it is counted.
INSERT INTO ballot (award_id, tier, voter_key, paper_id) SELECT $1, 'paper', x.voter, $2 FROM unnest($3::bytea[]) AS x(voter)
ON CONFLICT (award_id, voter_key) DO UPDATE SET tier = ballot.tier RETURNING id, voter_key AS voter;

-- name: store_paper_votes
-- $1 batch of the ledger, $2 award, then one array per column. Their ballots are new, so each is the first answer.
INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, value, choices, channel, receipt)
SELECT t.idem, $1, $2, t.ballot, t.question, 1, 1, t.value, string_to_array(t.chosen, ',')::bigint[], 3, t.receipt
FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::smallint[], $7::text[], $8::text[]) AS t(idem, ballot, question, value, chosen, receipt)
ORDER BY t.idem;

-- name: open_batches
-- $1 award: batches that are neither counted nor refused.
SELECT b.id, b.number, b.place, c.name AS screening, b.sheets,
       CASE WHEN b.keyed_at IS NULL THEN 'keying' WHEN b.differ_at IS NOT NULL THEN 'differs' ELSE 'waiting' END AS state
FROM paper_batch b LEFT JOIN screening c ON c.id = b.screening_id
WHERE b.award_id = $1 AND b.counted_at IS NULL AND b.refused_at IS NULL ORDER BY b.number;

-- name: ballots_of_batch
-- $1 award, $2 batch.
SELECT id FROM ballot WHERE award_id = $1 AND paper_id = $2 ORDER BY id;

-- name: paper_ends
-- $1 award: what became of each batch, for the public log.
SELECT b.number AS batch, b.sheets, b.how, b.counted_at IS NOT NULL AS counted,
       (SELECT count(*) FROM ballot WHERE paper_id = b.id) AS ballots
FROM paper_batch b WHERE b.award_id = $1 ORDER BY b.number;

-- name: photo
SELECT photo FROM paper_batch WHERE id = $1;

-- name: save_photo
UPDATE paper_batch SET photo = $2 WHERE id = $1;

-- name: photos_due
-- $1 published before.
SELECT b.award_id AS award, b.photo FROM paper_batch b JOIN award a ON a.id = b.award_id
WHERE a.published_at < $1 AND b.photo IS NOT NULL ORDER BY b.award_id, b.id;

-- name: forget_photos
-- $1 photos that are deleted.
UPDATE paper_batch SET photo = NULL WHERE photo = ANY ($1::uuid[]);
