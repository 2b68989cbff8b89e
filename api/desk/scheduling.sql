-- name: hold_series
-- $1 a series: its release is changed by one at a time.
SELECT s.id, s.released_at, s.release_at, b.state FROM series s LEFT JOIN submission b ON b.series_id = s.id AND b.withdrawn_at IS NULL
WHERE s.id = $1 FOR NO KEY UPDATE OF s;

-- name: release_facts
-- $1 a series: what its release hangs on, besides the checklist of its section.
SELECT b.state, s.rights_until < clock_timestamp() AS rights_over,
       EXISTS (SELECT FROM episode e JOIN package p ON p.episode_id = e.id AND p.state = 'ready' WHERE e.series_id = s.id) AS watchable
FROM series s LEFT JOIN submission b ON b.series_id = s.id AND b.withdrawn_at IS NULL WHERE s.id = $1;

-- name: schedule
-- $1 a series, $2 when, or NULL for not yet.
UPDATE series SET release_at = $2, missed = '{}', missed_at = NULL WHERE id = $1;

-- name: due_series
-- Whose time has come. One that was not ready is looked at again every minute. Two machines take different ones.
SELECT id FROM series WHERE released_at IS NULL AND release_at <= clock_timestamp()
  AND (missed_at IS NULL OR missed_at < clock_timestamp() - interval '1 minute')
ORDER BY release_at, id LIMIT 10 FOR NO KEY UPDATE SKIP LOCKED;

-- name: miss
-- $1 a series, $2 why. Whether this is news.
UPDATE series s SET missed = $2, missed_at = clock_timestamp() FROM (SELECT id, missed FROM series WHERE id = $1) o
WHERE s.id = o.id RETURNING o.missed <> $2::text[];

-- name: place_of
-- $1 a series: where it stands in the programme.
SELECT section_id AS section, place, id FROM series WHERE id = $1;

-- name: move
-- $1 a section, $2 a series of it, $3 the one it comes after, 0 for the first place. All of the section are numbered anew.
WITH line AS (SELECT id, row_number() OVER (ORDER BY place, id) * 2 AS n FROM series WHERE section_id = $1),
wanted AS (SELECT l.id, CASE WHEN l.id = $2 THEN coalesce((SELECT n FROM line WHERE id = $3), 0) + 1 ELSE l.n END AS n FROM line l),
numbered AS (SELECT id, row_number() OVER (ORDER BY n) AS place FROM wanted)
UPDATE series s SET place = numbered.place FROM numbered WHERE numbered.id = s.id AND s.place <> numbered.place;

-- name: hold_section
SELECT id FROM section WHERE id = $1 FOR NO KEY UPDATE;

-- name: timetable
-- $1 and $2 from when until when, $3 and $4 the moment and the series it goes on after, $5 how many, $6 sections.
SELECT s.id, s.slug, s.title, s.section_id AS section, o.name AS company, coalesce(s.released_at, s.release_at) AS at,
       s.released_at IS NOT NULL AS released, s.missed
FROM series s JOIN company o ON o.id = s.company_id
WHERE coalesce(s.released_at, s.release_at) >= $1 AND coalesce(s.released_at, s.release_at) < $2
  AND (coalesce(s.released_at, s.release_at), s.id) > ($3, $4) AND s.section_id = ANY($6::bigint[])
ORDER BY coalesce(s.released_at, s.release_at), s.id LIMIT $5;
