-- name: episodes_by_state
-- Of the festival that is current.
SELECT v.state, count(*) AS episodes FROM episode_state v JOIN series s ON s.id = v.series JOIN section c ON c.id = s.section_id
WHERE c.festival_id = (SELECT id FROM festival WHERE state = 'current') GROUP BY v.state;

-- name: count_series
SELECT count(*) AS series, count(s.released_at) AS released FROM series s JOIN section c ON c.id = s.section_id
WHERE c.festival_id = (SELECT id FROM festival WHERE state = 'current');

-- name: counts
-- What waits for somebody: submissions, "many" from a thousand on, and flags that nobody has settled; and the screens there are.
SELECT (SELECT count(*) FROM (SELECT FROM submission b JOIN section c ON c.id = b.section_id JOIN festival f ON f.id = c.festival_id
                              WHERE f.state = 'current' AND b.tray = 'waiting' LIMIT 1000) x) AS review,
       (SELECT count(*) FROM flag x JOIN award a ON a.id = x.award_id JOIN festival f ON f.id = a.festival_id
        WHERE f.state = 'current' AND x.settled_at IS NULL) AS flags, (SELECT count(*) FROM kiosk WHERE revoked_at IS NULL) AS kiosks;

-- name: log_of_series
-- $1 a series: what was done to it and to its episodes, the newest first.
SELECT e.at, a.name AS by, e.action, e.detail FROM audit_event e LEFT JOIN account a ON a.id = e.account_id
WHERE e.object = ANY (array_prepend('series:' || $1::bigint, array(SELECT 'episode:' || id FROM episode WHERE series_id = $1)))
ORDER BY e.id DESC LIMIT 50;

-- name: live_workers
-- They say so every few seconds; who has been silent for longer than it takes to lose a job is gone.
SELECT host, sandbox, slots, busy, seen_at, leaving FROM worker WHERE seen_at > now() - interval '90 seconds' ORDER BY host, started_at;

-- name: count_waiting
SELECT count(*) FROM waiting_tier;

-- name: waiting_by_tier
SELECT name, count(*) AS waiting FROM waiting_tier GROUP BY name;

-- name: at_work
-- What is being made now; `silent` in seconds since the last word on it.
SELECT s.slug AS series, e.number, t.name AS tier, t.rungs, t.seconds_left, extract(epoch FROM now() - t.updated_at)::float8 AS silent
FROM tier t JOIN package p ON p.id = t.package_id JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id
WHERE t.state = 'working' AND p.state <> 'failed' ORDER BY t.started_at, e.id;

-- name: lately_failed
-- Of the last day, the newest first. A file replaced by a newer one has not failed.
SELECT s.slug AS series, e.number, p.failure_code AS code, p.failure_detail AS detail, p.updated_at AS at
FROM package p JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id
WHERE p.state = 'failed' AND p.failure_code <> 'superseded' AND p.updated_at > now() - interval '1 day' ORDER BY p.updated_at DESC;
