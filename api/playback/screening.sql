-- name: screened_package
-- $1 a package that is ready: what its playlists are made for.
SELECT p.id, p.episode_id AS episode, (p.descriptor->>'duration')::float8 AS duration FROM package p WHERE p.id = $1 AND p.state = 'ready';

-- name: screener_key
SELECT sealed FROM screener_key WHERE package_id = $1;

-- name: save_screener_key
-- The first one stays.
INSERT INTO screener_key (package_id, sealed) VALUES ($1, $2) ON CONFLICT (package_id) DO NOTHING;

-- name: note_access
INSERT INTO screener_access (account_id, session, package_id, what, part) VALUES ($1, $2, $3, $4, $5);

-- name: access_log
-- $1 lines before this one or NULL, $2 limit, $3 a juror or NULL, $4 a series or NULL. The newest first.
SELECT l.id, l.at, l.account_id AS juror, a.name AS juror_name, s.id AS series, s.title AS series_title, e.number AS episode,
       l.what, l.part, l.session
FROM screener_access l JOIN account a ON a.id = l.account_id JOIN package p ON p.id = l.package_id
JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id
WHERE ($1::bigint IS NULL OR l.id < $1) AND ($3::bigint IS NULL OR l.account_id = $3) AND ($4::bigint IS NULL OR s.id = $4)
ORDER BY l.id DESC LIMIT $2;

-- name: logged_jurors
SELECT a.id, a.name FROM account a WHERE EXISTS (SELECT FROM screener_access l WHERE l.account_id = a.id) ORDER BY a.name, a.id;
