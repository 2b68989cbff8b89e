-- name: servers
-- `now` is the database's clock. The log that is kept for a backup, and the oldest transaction, hold back what would be removed.
SELECT extract(epoch FROM clock_timestamp())::float8 AS now, pg_database_size(current_database()) AS bytes,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
       current_setting('max_connections')::int AS connections_limit,
       coalesce((SELECT extract(epoch FROM clock_timestamp() - min(xact_start)) FROM pg_stat_activity
                 WHERE backend_type = 'client backend' AND datname = current_database()), 0)::float8 AS oldest_transaction,
       coalesce((SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) FROM pg_replication_slots), 0)::float8 AS kept_log;

-- name: screens
-- $1 seen before: who was not seen since is late. A screen that never said a word is being set up.
SELECT count(*) FILTER (WHERE k.seen_at >= $1) AS online, count(*) FILTER (WHERE k.seen_at < $1) AS late,
       count(*) FILTER (WHERE k.seen_at IS NULL) AS unseen,
       coalesce(sum(greatest(j.waiting, j.counter - j.received, 0)) FILTER (WHERE k.seen_at < $1), 0) AS held,
       coalesce(sum(greatest(j.waiting, j.counter - j.received, 0)), 0) AS waiting
FROM kiosk k JOIN kiosk_journal j ON j.kiosk_id = k.id WHERE k.revoked_at IS NULL;

-- name: findings
-- Of screens, by kind.
SELECT what, count(*) AS found FROM kiosk_finding GROUP BY what;

-- name: steps
-- What the workers have to do, and for how long the first of it has been waiting.
SELECT t.name AS tier, t.state, count(*) AS steps, extract(epoch FROM now() - min(t.updated_at))::float8 AS age
FROM tier t JOIN package p ON p.id = t.package_id
WHERE t.state IN ('queued', 'working') AND CASE WHEN t.name IN ('start', 'ladder') THEN p.state IN ('queued', 'encoding') ELSE p.state = 'ready' END
GROUP BY t.name, t.state;

-- name: workers
-- They say every few seconds that they are there.
SELECT count(*) AS workers, coalesce(sum(slots), 0) AS slots, coalesce(sum(busy), 0) AS busy,
       count(*) FILTER (WHERE sandbox = 'none') AS unprotected
FROM worker WHERE seen_at > now() - interval '90 seconds' AND NOT leaving;

-- name: failures
-- Of the last day. A file replaced by a newer one has not failed.
SELECT failure_code AS code, count(*) AS packages FROM package
WHERE state = 'failed' AND failure_code <> 'superseded' AND updated_at > now() - interval '1 day' GROUP BY failure_code;

-- name: awards
-- Those that take votes, and for how long votes of one have been waiting for a checkpoint.
SELECT count(*) FILTER (WHERE clock_timestamp() BETWEEN a.opens_at AND a.closes_at + a.grace) AS open,
       coalesce(max(extract(epoch FROM clock_timestamp() - coalesce(c.sealed_at, a.opens_at))) FILTER (WHERE EXISTS (
         SELECT FROM vote_event v WHERE v.award_id = a.id AND v.cast_at > coalesce(c.sealed_at, '-infinity'))), 0)::float8 AS unsealed
FROM award a JOIN festival f ON f.id = a.festival_id AND f.state <> 'draft'
LEFT JOIN LATERAL (SELECT sealed_at FROM checkpoint WHERE award_id = a.id ORDER BY size DESC LIMIT 1) c ON true
WHERE a.published_at IS NULL AND clock_timestamp() >= a.opens_at;
