-- name: save_screening
INSERT INTO screening (festival_id, name, starts_at, ends_at, head_count, secret)
VALUES ((SELECT id FROM festival WHERE state = 'current'), $1, $2, $3, $4, $5) RETURNING id;

-- name: change_screening
UPDATE screening SET name = $2, starts_at = $3, ends_at = $4, head_count = $5 WHERE id = $1 RETURNING id;

-- name: screenings
-- $1 one screening, or NULL for all.
SELECT s.id, s.name, s.starts_at, s.ends_at, s.head_count,
       coalesce((SELECT jsonb_agg(jsonb_build_object('award', b.award_id, 'ballots', b.ballots) ORDER BY b.award_id)
                 FROM (SELECT award_id, count(*) AS ballots FROM ballot WHERE screening_id = s.id GROUP BY award_id) b),
                '[]') AS issued
FROM screening s WHERE s.festival_id = (SELECT id FROM festival WHERE state = 'current') AND ($1::bigint IS NULL OR s.id = $1)
ORDER BY s.starts_at DESC, s.id DESC;

-- name: schedule
SELECT id, name, starts_at, ends_at FROM screening
WHERE festival_id = (SELECT id FROM festival WHERE state = 'current') ORDER BY starts_at, id;

-- name: screen
SELECT name, starts_at, ends_at, secret, clock_timestamp() AS now FROM screening WHERE id = $1;
