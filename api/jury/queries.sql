-- name: shortlists_of
-- $1 an account, or NULL for all.
SELECT l.id, l.name, l.round, array(SELECT series_id FROM shortlist_series s WHERE s.shortlist_id = l.id ORDER BY series_id) AS series
FROM shortlist l
WHERE $1::bigint IS NULL OR EXISTS (SELECT FROM assignment a WHERE a.shortlist_id = l.id AND a.account_id = $1)
ORDER BY l.round, l.id;

-- name: save_shortlist
INSERT INTO shortlist (festival_id, name, round) SELECT id, $1, $2 FROM festival WHERE state = 'current' RETURNING id;

-- name: save_shortlist_series
INSERT INTO shortlist_series (shortlist_id, series_id) SELECT $1, id FROM series WHERE id = ANY($2::bigint[]) RETURNING series_id;

-- name: save_assignments
INSERT INTO assignment (shortlist_id, account_id)
SELECT $1, id FROM account WHERE email = ANY($2::text[]) AND role = 'juror' AND disabled_at IS NULL RETURNING account_id;
