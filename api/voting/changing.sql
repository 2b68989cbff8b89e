-- name: draft
-- $1 award as it can be typed again. `section` where everything that competes is of one, and the festival has more.
SELECT a.slug, a.name, a.opens_at, a.closes_at, extract(epoch FROM a.grace)::int AS grace_seconds, a.board, a.kind, a.method, a.tiers,
       a.weights, a.minimum, a.watch, a.receipts, a.paper_until,
       CASE WHEN a.kind IN ('approval', 'ranking') AND a.max_value < 50 THEN a.max_value END AS choices,
       CASE WHEN bool_or(e.episode_id IS NOT NULL) THEN 'episode' ELSE 'series' END AS entries,
       CASE WHEN count(DISTINCT c.slug) = 1 AND (SELECT count(*) FROM section x WHERE x.festival_id = a.festival_id) > 1
            THEN min(c.slug) END AS section
FROM award a LEFT JOIN entry e ON e.award_id = a.id LEFT JOIN series s ON s.id = e.series_id LEFT JOIN section c ON c.id = s.section_id
WHERE a.id = $1 GROUP BY a.id;

-- name: has_opened
-- By the database's clock, as votes are judged.
SELECT opens_at <= clock_timestamp() FROM award WHERE id = $1 FOR NO KEY UPDATE;

-- name: change_award
UPDATE award SET slug = $2, name = $3, kind = $4, min_value = $5, max_value = $6, opens_at = $7, closes_at = $8, grace = $9,
                 board = $10, tiers = $11, weights = $12, method = $13, minimum = $14, watch = $15, receipts = $16, paper_until = $17
WHERE id = $1 RETURNING *;

-- name: forget_watched
-- $1 award, $2 section or NULL, $3 whether episodes compete: what was seen of entries that no longer compete.
DELETE FROM watched w USING entry e JOIN series s ON s.id = e.series_id JOIN section c ON c.id = s.section_id
WHERE w.entry = e.id AND e.award_id = $1 AND NOT (($2::text IS NULL OR c.slug = $2) AND (e.episode_id IS NOT NULL) = $3);

-- name: drop_entries
DELETE FROM entry e USING series s JOIN section c ON c.id = s.section_id
WHERE s.id = e.series_id AND e.award_id = $1 AND NOT (($2::text IS NULL OR c.slug = $2) AND (e.episode_id IS NOT NULL) = $3);
