-- name: feed
-- $1 slug of a series that is shown, $2 first number, $3 limit.
SELECT e.id, e.number, e.title, c.id AS package, c.descriptor
FROM series s JOIN episode e ON e.series_id = s.id JOIN current_package c ON c.episode_id = e.id
WHERE s.slug = $1 AND e.number >= $2 ORDER BY e.number LIMIT $3;

-- name: loop
-- The first watchable episode of each series shown in $2, a country: what a kiosk shows while nobody touches it.
SELECT DISTINCT ON (s.section_id, s.id) s.slug, e.number
FROM series s JOIN section n ON n.id = s.section_id JOIN festival f ON f.id = n.festival_id AND f.state = 'current'
JOIN episode e ON e.series_id = s.id JOIN current_package c ON c.episode_id = e.id
WHERE is_shown(s, $2) ORDER BY s.section_id, s.id, e.number LIMIT $1;

-- name: media_rights
-- $1 a package or a poster, $2 a country: who may read its files. Of a series that is shown, what is ready is everyone's, in all countries
-- or not, and until its rights end. Of a submission that was taken back jurors have nothing any more.
SELECT is_shown(s, $2) AND p.state = 'ready' AS released, $2::text IS NULL OR s.rights_rule = 'everywhere' AS everywhere,
       extract(epoch FROM s.rights_until - now())::float8 AS seconds_left, s.company_id AS company,
       array(SELECT j.account_id FROM juror_series j WHERE j.series_id = s.id
             AND (SELECT coalesce(bool_or(u.withdrawn_at IS NULL), true) FROM submission u WHERE u.series_id = s.id)) AS jurors
FROM (SELECT e.series_id, k.state FROM package k JOIN episode e ON e.id = k.episode_id WHERE k.id = $1
      UNION ALL SELECT series_id, state FROM poster WHERE id = $1) p
JOIN series s ON s.id = p.series_id;

-- name: save_summary
-- Once for each playing, however often it is sent; nothing for an episode that nobody may watch.
INSERT INTO playback_summary (session, episode_id, hour, start_ms, stalls, stalled_ms, seconds, rungs, liked,
                              viewing, left_at, finished, interface, subtitles, sound, network)
SELECT $1, e.id, date_trunc('hour', $3::timestamptz), $4, $5, $6, $7, $8::jsonb, $9, $10, $11, $12, $13, $14, $15, $16
FROM episode e JOIN series s ON s.id = e.series_id WHERE e.id = $2 AND is_shown(s, NULL)
ON CONFLICT (session) DO NOTHING RETURNING session;

-- name: stream
-- $1 a package that is ready.
SELECT descriptor FROM package WHERE id = $1 AND state = 'ready';

-- name: library
-- $1 a country: everything that is shown in it and ready, by series in the order of the programme: what a screen in the hall stores.
SELECT s.id AS series, s.synopsis, c.name AS section_name, e.id, e.number, e.title, coalesce(e.rating, s.rating) AS rating,
       p.id AS package, p.descriptor, s.rights_until AS shown_until
FROM series s JOIN section c ON c.id = s.section_id JOIN festival f ON f.id = c.festival_id AND f.state = 'current'
JOIN episode e ON e.series_id = s.id JOIN current_package p ON p.episode_id = e.id
WHERE is_shown(s, $1) ORDER BY c.position, c.id, s.id, e.number;

-- name: shelf
-- The same, wherever it is shown and without what a player needs: for what plays when.
SELECT s.section_id AS section, s.id AS series, s.title, e.id AS episode, e.number, coalesce(e.rating, s.rating) AS rating,
       (p.descriptor->>'duration')::float8 AS seconds, p.id AS package
FROM series s JOIN section c ON c.id = s.section_id JOIN festival f ON f.id = c.festival_id AND f.state = 'current'
JOIN episode e ON e.series_id = s.id JOIN current_package p ON p.episode_id = e.id
WHERE is_shown(s, NULL) ORDER BY c.position, c.id, s.id, e.number;

-- name: shelf_episodes
-- $1 episodes, $2 country: those of them that are shown in it.
SELECT e.id, s.id AS series, s.slug, e.number, (p.descriptor->>'duration')::float8 AS duration
FROM series s JOIN episode e ON e.series_id = s.id JOIN current_package p ON p.episode_id = e.id
WHERE e.id = ANY ($1::bigint[]) AND is_shown(s, $2);
