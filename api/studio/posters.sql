-- name: poster_series
-- $1 a series, $2 a company or NULL for any. Its posters are changed by one at a time.
SELECT id, company_id AS company, poster_id AS current, poster_before AS before FROM series
WHERE id = $1 AND ($2::bigint IS NULL OR company_id = $2) FOR NO KEY UPDATE;

-- name: poster_candidates
-- Of each episode that can be watched, the pictures that were taken from it.
SELECT e.id AS episode, e.number, c.id AS package, c.descriptor->'posters' AS posters
FROM episode e JOIN current_package c ON c.episode_id = e.id WHERE e.series_id = $1 ORDER BY e.number;

-- name: candidate
-- $1 a series, $2 a package, $3 the place of a picture in it. The hash of a package is that of its first picture.
SELECT CASE WHEN p.descriptor->'posters'->0->>'tall' = $3 THEN p.descriptor->>'thumbhash' END AS thumbhash
FROM package p JOIN episode e ON e.id = p.episode_id
WHERE e.series_id = $1 AND p.id = $2 AND p.state = 'ready'
  AND EXISTS (SELECT FROM jsonb_array_elements(p.descriptor->'posters') x WHERE x->>'tall' = $3);

-- name: poster
SELECT id, state, package_id AS package, candidate, created_at FROM poster WHERE id = $1;

-- name: last_own
-- $1 a series. What became of the pictures that were sent last, while they are not its poster.
SELECT id, state, package_id AS package, candidate, created_at FROM poster
WHERE series_id = $1 AND package_id IS NULL ORDER BY created_at DESC, id DESC LIMIT 1;

-- name: save_candidate
-- $1 id, $2 series, $3 package, $4 letter, $5 thumbhash, $6 now.
INSERT INTO poster (id, series_id, state, package_id, candidate, thumbhash, created_at) VALUES ($1, $2, 'ready', $3, $4, $5, $6);

-- name: show_poster
-- $1 a series, $2 a poster or NULL for the first picture of the first episode.
UPDATE series SET poster_before = poster_id, poster_id = $2 WHERE id = $1;

-- name: save_own
-- $1 id, $2 series, $3 sources, $4 now. Once, however often it is sent.
INSERT INTO poster (id, series_id, state, sources, created_at) VALUES ($1, $2, 'queued', $3, $4)
ON CONFLICT (id) DO NOTHING RETURNING id;

-- name: give_up_queued
-- $1 a series. Pictures that are sent now take the place of those that wait.
UPDATE poster SET state = 'failed' WHERE series_id = $1 AND state = 'queued';

-- name: pictures_of
-- $1 a series, $2 pictures: those of them that are its.
SELECT id FROM picture WHERE series_id = $1 AND id = ANY($2::uuid[]);

-- name: save_picture
INSERT INTO picture (id, series_id, size, created_at) VALUES ($1, $2, $3, $4);

-- name: old_pictures
SELECT id FROM picture WHERE created_at < $1 ORDER BY created_at LIMIT 100;

-- name: forget_picture
DELETE FROM picture WHERE id = $1;

-- name: unused_posters
-- Neither shown nor the one before, nor being made.
SELECT p.id, p.package_id AS package FROM poster p
WHERE p.created_at < $1 AND p.state <> 'queued'
  AND NOT EXISTS (SELECT FROM series s WHERE s.id = p.series_id AND p.id IN (s.poster_id, s.poster_before)) ORDER BY p.created_at LIMIT 100;

-- name: forget_poster
DELETE FROM poster p WHERE p.id = $1
  AND NOT EXISTS (SELECT FROM series s WHERE s.id = p.series_id AND p.id IN (s.poster_id, s.poster_before)) RETURNING p.id;
