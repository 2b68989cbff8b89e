-- name: stay_series
-- $1 a series, $2 a company or NULL for any.
SELECT id, slug, released_at FROM series WHERE id = $1 AND ($2::bigint IS NULL OR company_id = $2);

-- name: stay_episodes
-- What can be watched of a series now.
SELECT e.id, e.number, c.id AS package, (c.descriptor->>'duration')::float8 AS duration
FROM episode e JOIN current_package c ON c.episode_id = e.id WHERE e.series_id = $1 ORDER BY e.number;

-- name: hold_staying
-- $1 a series, $2 its release, $3 now. Its figures are counted by one at a time.
INSERT INTO staying (series_id, seq, recent_from, counted_at) VALUES ($1, 0, $2, $3)
ON CONFLICT (series_id) DO UPDATE SET series_id = excluded.series_id RETURNING seq, recent_from, counted_at, figures;

-- name: newcomers
-- $1 episodes, $2 a line: how many viewings have come or gone on since, and the last line there is.
SELECT count(DISTINCT viewing) AS viewers, coalesce(max(seq), $2) AS seq FROM playback_summary
WHERE episode_id = ANY($1::bigint[]) AND viewing IS NOT NULL AND seq > $2;

-- name: passed
-- $1 episodes, $2 and $3 two hours: the viewings with a line between them.
SELECT count(DISTINCT viewing) FROM playback_summary
WHERE episode_id = ANY($1::bigint[]) AND viewing IS NOT NULL AND hour >= $2 AND hour < $3;

-- name: save_staying
UPDATE staying SET seq = $2, recent_from = $3, counted_at = $4, figures = $5 WHERE series_id = $1;

-- name: viewers
-- $1 episodes, $2 the last line, $3 the first hour, $4 number of the first episode, $5 how many there are. However many
-- lines a viewing has for an episode, it counts once.
WITH line AS (
  SELECT p.viewing, p.episode_id, bool_or(p.finished) AS finished, bool_or(p.liked) AS liked,
         bool_or(p.subtitles IS NOT NULL) AS subtitled
  FROM playback_summary p
  WHERE p.episode_id = ANY($1::bigint[]) AND p.viewing IS NOT NULL AND p.seq <= $2 AND p.hour >= $3
  GROUP BY p.viewing, p.episode_id
), viewer AS (
  SELECT l.viewing, min(e.number) AS first, max(e.number) AS furthest, count(*) AS seen,
         count(*) FILTER (WHERE l.finished) AS finished, bool_or(l.liked) AS liked, bool_or(l.subtitled) AS subtitled
  FROM line l JOIN episode e ON e.id = l.episode_id GROUP BY l.viewing
)
SELECT first = $4 AS began, furthest, seen, finished = $5 AS completed, liked, subtitled, count(*) AS viewers
FROM viewer GROUP BY 1, 2, 3, 4, 5, 6;

-- name: languages
-- $1 episodes, $2 the last line, $3 the first hour. Each viewing counts for the language it had most often.
WITH viewer AS (
  SELECT viewing, mode() WITHIN GROUP (ORDER BY interface) AS interface,
         nullif(mode() WITHIN GROUP (ORDER BY coalesce(subtitles, '')), '') AS subtitles,
         mode() WITHIN GROUP (ORDER BY sound) AS sound
  FROM playback_summary
  WHERE episode_id = ANY($1::bigint[]) AND viewing IS NOT NULL AND seq <= $2 AND hour >= $3 GROUP BY viewing
)
SELECT t.kind, t.lang, count(*) AS viewers
FROM viewer v CROSS JOIN LATERAL (VALUES ('interface', v.interface), ('subtitles', v.subtitles), ('sound', v.sound)) t (kind, lang)
WHERE t.lang IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2;

-- name: playings
-- $1 episodes, $2 the last line, $3 the first hour. Of each viewing the first playing of an episode.
WITH line AS (
  SELECT DISTINCT ON (viewing, episode_id) viewing, start_ms, stalls FROM playback_summary
  WHERE episode_id = ANY($1::bigint[]) AND viewing IS NOT NULL AND seq <= $2 AND hour >= $3
  ORDER BY viewing, episode_id, seq
)
SELECT count(*) AS playings, count(DISTINCT viewing) AS viewers, count(*) FILTER (WHERE stalls = 0) AS steady,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY start_ms) AS half_ms,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY start_ms) AS nine_ms
FROM line;

-- name: leavings
-- $1 episodes, $2 the last line. How many left each episode for good at each whole second; NULL: at its end.
WITH line AS (
  SELECT viewing, episode_id, max(left_at) AS left_at, bool_or(finished) AS finished FROM playback_summary
  WHERE episode_id = ANY($1::bigint[]) AND viewing IS NOT NULL AND seq <= $2 GROUP BY 1, 2
)
SELECT episode_id AS episode, CASE WHEN NOT coalesce(finished, false) THEN floor(coalesce(left_at, 0))::int END AS second,
       count(*) AS viewers
FROM line GROUP BY 1, 2 ORDER BY 1, 2;
