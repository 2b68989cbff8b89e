-- name: played_by
-- $1 a festival, $2 the last line: how playings went, in all, by section, by network and by day of its clocks.
WITH line AS (
  SELECT p.viewing, p.start_ms, p.stalls, p.stalled_ms, p.seconds, c.slug AS section, p.network,
         to_char(p.hour AT TIME ZONE f.time_zone, 'YYYY-MM-DD') AS day
  FROM playback_summary p JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id
  JOIN section c ON c.id = s.section_id JOIN festival f ON f.id = c.festival_id
  WHERE c.festival_id = $1 AND p.viewing IS NOT NULL AND p.seq <= $2)
SELECT t.kind, t.key, count(DISTINCT l.viewing) AS viewers, count(*) AS views, sum(l.seconds)::float8 AS seconds,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY l.start_ms) AS starts, sum(l.stalls) AS stalls,
       sum(l.stalled_ms) / 1000.0::float8 AS stalled
FROM line l CROSS JOIN LATERAL (VALUES ('all', ''), ('section', l.section), ('network', l.network), ('day', l.day)) t (kind, key)
WHERE t.key IS NOT NULL GROUP BY t.kind, t.key ORDER BY t.kind, t.key;

-- name: rungs_by
-- $1 a festival, $2 the last line: seconds played of each rung, by the same parts.
WITH line AS (
  SELECT r.key AS rung, r.value::float8 AS seconds, c.slug AS section, p.network,
         to_char(p.hour AT TIME ZONE f.time_zone, 'YYYY-MM-DD') AS day
  FROM playback_summary p JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id
  JOIN section c ON c.id = s.section_id JOIN festival f ON f.id = c.festival_id, jsonb_each_text(p.rungs) r
  WHERE c.festival_id = $1 AND p.viewing IS NOT NULL AND p.seq <= $2)
SELECT t.kind, t.key, l.rung, sum(l.seconds) AS seconds
FROM line l CROSS JOIN LATERAL (VALUES ('all', ''), ('section', l.section), ('network', l.network), ('day', l.day)) t (kind, key)
WHERE t.key IS NOT NULL GROUP BY t.kind, t.key, l.rung;
