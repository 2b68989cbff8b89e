-- name: about
-- $1 a series, $2 a company or NULL for any.
SELECT s.about_version AS version, s.about_at AS saved_at, a.name AS saved_by, s.about_before AS before, f.time_zone,
       s.title, s.synopsis, s.genre, s.notes, s.original_lang, s.country, s.rating, s.credits, s.companies, s.contact, s.ai_use AS ai,
       jsonb_build_object('begins', s.rights_from, 'ends', s.rights_until, 'rule', s.rights_rule, 'countries', s.rights_countries) AS rights
FROM series s LEFT JOIN account a ON a.id = s.about_by JOIN section c ON c.id = s.section_id JOIN festival f ON f.id = c.festival_id
WHERE s.id = $1 AND ($2::bigint IS NULL OR s.company_id = $2);

-- name: episodes_about
SELECT id, number, title, rating, notes FROM episode WHERE series_id = $1 ORDER BY number;

-- name: save_about
-- $1 a series, $2 to $4 who, when and what it replaces, then what is said now. The caller holds the series.
UPDATE series SET about_version = about_version + 1, about_by = $2, about_at = $3, about_before = $4,
       title = $5, synopsis = $6, genre = $7, notes = $8, original_lang = $9, country = $10, rating = $11, credits = $12, companies = $13,
       contact = $14, ai_use = $15, rights_from = $16, rights_until = $17, rights_rule = $18, rights_countries = $19
WHERE id = $1;

-- name: save_episode_about
-- $1 a series, $2 an episode of it.
UPDATE episode SET title = $3, rating = $4, notes = $5 WHERE series_id = $1 AND id = $2 RETURNING id;

-- name: is_followed
-- $1 a series: whether others already work with what is said of it, so that changes are written down.
SELECT released_at IS NOT NULL OR EXISTS (SELECT FROM submission WHERE series_id = $1 AND withdrawn_at IS NULL) FROM series WHERE id = $1;
