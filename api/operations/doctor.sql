-- name: server
-- `unsafe`: settings without which a confirmed vote could be lost.
SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS named, clock_timestamp() AS now,
       array(SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name) AS unsafe,
       current_setting('wal_level') AS wal_level, current_setting('max_connections')::int AS room,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int AS used,
       to_regclass('public._pogo_migration') IS NOT NULL AS migrated, to_regclass('public.vote_event') IS NOT NULL AS ledger;

-- name: applied
SELECT migration_id AS id FROM public._pogo_migration;

-- name: rights
-- `guarded`: the triggers that keep the ledger are there and switched on.
SELECT has_table_privilege('vote_event', 'INSERT') AND has_table_privilege('award', 'SELECT') AS works,
       has_table_privilege('vote_event', 'UPDATE') OR has_table_privilege('vote_event', 'DELETE') AS changes,
       (SELECT count(*) FROM pg_trigger WHERE tgrelid = 'vote_event'::regclass AND tgname IN ('vote_event_kept', 'vote_event_erased')
          AND tgenabled IN ('O', 'A')) = 2 AS guarded;
