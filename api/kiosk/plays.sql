-- name: save_plays
-- $1 kiosk, then one array per column. A counter that is here stays as it is.
INSERT INTO kiosk_play (kiosk_id, counter, kind, series_id, episode_id, award_id, how, started_at, uncertainty_ms, seconds, whole)
SELECT $1::bigint, t.* FROM unnest($2::int[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::timestamptz[],
                                   $9::bigint[], $10::real[], $11::boolean[]) AS t ON CONFLICT DO NOTHING;

-- name: plays_told_otherwise
-- $1 kiosk, then one array per column: counters under which another play is here. A device writes the time down once.
SELECT p.counter, t.started_at FROM kiosk_play p JOIN unnest($2::int[], $3::timestamptz[]) AS t(counter, started_at) ON t.counter = p.counter
WHERE p.kiosk_id = $1 AND p.started_at <> t.started_at ORDER BY p.counter;

-- name: plays_received
-- $1 kiosk: the highest counter up to which all are here. Found from where it was before: there may be a hundred thousand.
UPDATE kiosk_journal j SET plays = coalesce((SELECT max(x.counter) FROM (
  SELECT counter, row_number() OVER (ORDER BY counter) AS place FROM kiosk_play WHERE kiosk_id = $1 AND counter > j.plays) x
  WHERE x.counter = j.plays + x.place), j.plays)
WHERE kiosk_id = $1 RETURNING plays;

-- name: plays_by_day
-- $1 from, $2 to, $3 zone.
SELECT (started_at AT TIME ZONE $3)::date AS day, count(*) AS plays, count(*) FILTER (WHERE whole) AS whole, sum(seconds)::float8 AS seconds
FROM kiosk_play WHERE started_at >= $1 AND started_at < $2 GROUP BY 1 ORDER BY 1;

-- name: plays_by_title
-- $1 from, $2 to, $3 to $5 plays, series and kiosk it goes on after, $6 how many. Walls of results are the series 0.
SELECT k.id AS kiosk, k.name AS kiosk_name, p.series_id AS series, coalesce(s.title, '{}') AS title, count(*) AS plays,
       count(*) FILTER (WHERE p.whole) AS whole, count(*) FILTER (WHERE p.how = 'visitor') AS by_visitors, sum(p.seconds)::float8 AS seconds
FROM kiosk_play p JOIN kiosk k ON k.id = p.kiosk_id LEFT JOIN series s ON s.id = p.series_id
WHERE p.started_at >= $1 AND p.started_at < $2 GROUP BY k.id, p.series_id, s.title HAVING (-count(*), coalesce(p.series_id, 0), k.id) > (-$3::bigint, $4::bigint, $5::bigint)
ORDER BY -count(*), coalesce(p.series_id, 0), k.id LIMIT $6;

-- name: plays_in_full
-- $1 from, $2 to, $3 zone, $4 lines at most: by day, screen and episode, for the file.
SELECT (p.started_at AT TIME ZONE $3)::date AS day, k.name AS kiosk, coalesce(s.slug, '') AS series, e.number AS episode, p.kind, p.how,
       count(*) AS plays, count(*) FILTER (WHERE p.whole) AS whole, round(sum(p.seconds)::numeric, 1)::float8 AS seconds
FROM kiosk_play p JOIN kiosk k ON k.id = p.kiosk_id LEFT JOIN series s ON s.id = p.series_id LEFT JOIN episode e ON e.id = p.episode_id
WHERE p.started_at >= $1 AND p.started_at < $2
GROUP BY 1, k.id, s.slug, e.number, p.kind, p.how ORDER BY 1, k.name, k.id, s.slug, e.number, p.kind, p.how LIMIT $4;

-- name: forget_handoffs
DELETE FROM kiosk_handoff WHERE expires_at < $1;

-- name: hold_kiosk
-- $1 kiosk: since when nobody was handed what was watched here.
SELECT coalesce(handed_at, paired_at) FROM kiosk WHERE id = $1 AND revoked_at IS NULL FOR UPDATE;

-- name: note_handed
UPDATE kiosk SET handed_at = $2 WHERE id = $1;

-- name: save_handoff
INSERT INTO kiosk_handoff (code_hash, kiosk_id, place, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING code_hash;

-- name: take_handoff
-- Once: the row is gone with the answer.
DELETE FROM kiosk_handoff WHERE code_hash = $1 AND expires_at > $2 RETURNING place;
