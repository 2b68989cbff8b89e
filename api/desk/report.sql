-- name: report_festival
-- $1 a festival by its id, or NULL for the one that is current.
SELECT id, slug, name, starts_on, ends_on, time_zone, place FROM festival WHERE CASE WHEN $1::bigint IS NULL THEN state = 'current' ELSE id = $1 AND state <> 'rehearsal' END;

-- name: section_lines
-- $1 a festival.
SELECT c.slug, c.name, count(s.id) AS entered,
       count(s.id) FILTER (WHERE EXISTS (SELECT FROM submission b WHERE b.series_id = s.id AND b.withdrawn_at IS NULL)) AS submitted,
       count(s.id) FILTER (WHERE s.released_at IS NOT NULL
         OR EXISTS (SELECT FROM submission b WHERE b.series_id = s.id AND b.withdrawn_at IS NULL AND b.state = 'accepted')) AS accepted,
       coalesce(sum(p.episodes), 0)::bigint AS episodes, round(coalesce(sum(p.seconds), 0) / 60)::bigint AS minutes
FROM section c LEFT JOIN series s ON s.section_id = c.id
LEFT JOIN LATERAL (SELECT count(*) AS episodes, sum((k.descriptor->>'duration')::float8) AS seconds
                   FROM episode e JOIN current_package k ON k.episode_id = e.id WHERE e.series_id = s.id) p ON true
WHERE c.festival_id = $1 GROUP BY c.id ORDER BY c.position, c.id;

-- name: country_lines
-- $1 a festival.
SELECT s.country, count(*) AS entered,
       count(*) FILTER (WHERE EXISTS (SELECT FROM submission b WHERE b.series_id = s.id AND b.withdrawn_at IS NULL)) AS submitted,
       count(*) FILTER (WHERE s.released_at IS NOT NULL
         OR EXISTS (SELECT FROM submission b WHERE b.series_id = s.id AND b.withdrawn_at IS NULL AND b.state = 'accepted')) AS accepted
FROM series s JOIN section c ON c.id = s.section_id WHERE c.festival_id = $1 GROUP BY s.country ORDER BY 2 DESC, 1;

-- name: count_companies
SELECT count(DISTINCT s.company_id) FROM series s JOIN section c ON c.id = s.section_id WHERE c.festival_id = $1;

-- name: award_lines
-- $1 a festival. Ballots with votes, by the way they were given; those that may have voted where somebody counted them.
SELECT a.id, a.slug, a.name, a.kind, a.closes_at, a.published_at, r.text AS result,
       coalesce((SELECT jsonb_object_agg(t.tier, t.ballots) FROM (
         SELECT b.tier, count(*) AS ballots FROM ballot b WHERE b.award_id = a.id AND EXISTS (SELECT FROM vote_event v WHERE v.award_id = a.id AND v.ballot = b.id)
         GROUP BY b.tier) t), '{}') AS ballots,
       jsonb_build_object('badge', (SELECT count(*) FROM badge WHERE festival_id = a.festival_id AND revoked_at IS NULL),
                          'hall', (SELECT sum(head_count) FROM screening WHERE festival_id = a.festival_id),
                          'kiosk', (SELECT sum(head_count) FROM kiosk WHERE festival_id = a.festival_id)) AS of
FROM award a LEFT JOIN award_result r ON r.award_id = a.id WHERE a.festival_id = $1 ORDER BY a.closes_at, a.id;

-- name: entries_named
-- $1 entries.
SELECT n.id, s.title, s.country, e.number AS episode FROM entry n JOIN series s ON s.id = n.series_id LEFT JOIN episode e ON e.id = n.episode_id
WHERE n.id = ANY ($1::bigint[]);

-- name: screen_lines
-- $1 a festival.
SELECT k.name, k.place, count(p.counter) AS plays, count(p.counter) FILTER (WHERE p.how = 'visitor') AS touched,
       round(coalesce(sum(p.seconds), 0) / 60)::bigint AS minutes
FROM kiosk k LEFT JOIN kiosk_play p ON p.kiosk_id = k.id AND p.kind = 'film' WHERE k.festival_id = $1 GROUP BY k.id ORDER BY lower(k.name), k.id;

-- name: shown_episodes
-- $1 a festival: episodes that can be watched, and those of them with subtitles.
SELECT count(*) AS episodes, count(*) FILTER (WHERE EXISTS (SELECT FROM subtitle t WHERE t.episode_id = e.id)) AS subtitled
FROM episode e JOIN series s ON s.id = e.series_id JOIN section c ON c.id = s.section_id JOIN current_package k ON k.episode_id = e.id
WHERE c.festival_id = $1 AND s.released_at IS NOT NULL;

-- name: language_lines
-- $1 a festival. The film's own sound counts where its producer has said which language that is.
WITH shown AS (
  SELECT e.id, s.original_lang FROM episode e JOIN series s ON s.id = e.series_id JOIN section c ON c.id = s.section_id
  JOIN current_package k ON k.episode_id = e.id WHERE c.festival_id = $1 AND s.released_at IS NOT NULL),
said AS (
  SELECT t.lang, shown.id AS subtitled, NULL::bigint AS voiced FROM shown JOIN subtitle t ON t.episode_id = shown.id
  UNION ALL SELECT d.lang, NULL, shown.id FROM shown JOIN sound d ON d.episode_id = shown.id AND d.state = 'ready'
  UNION ALL SELECT original_lang, NULL, id FROM shown WHERE original_lang IS NOT NULL)
SELECT lang, count(DISTINCT subtitled) AS subtitled, count(DISTINCT voiced) AS voiced FROM said GROUP BY lang ORDER BY 2 DESC, 3 DESC, 1;

-- name: volumes
-- $1 a festival, bytes.
SELECT coalesce((SELECT sum(o.size) FROM original o JOIN episode e ON e.id = o.episode_id JOIN series s ON s.id = e.series_id
                 JOIN section c ON c.id = s.section_id WHERE c.festival_id = $1 AND o.state = 'received'), 0)::bigint AS originals,
       coalesce((SELECT sum((t->>'bytes')::bigint) FROM current_package k JOIN episode e ON e.id = k.episode_id JOIN series s ON s.id = e.series_id
                 JOIN section c ON c.id = s.section_id, jsonb_array_elements(k.descriptor->'video' || k.descriptor->'audio') t
                 WHERE c.festival_id = $1), 0)::bigint AS packages;

-- name: hold_outcome
-- $1 a festival. What was told last.
SELECT seq, counted_at, watched FROM outcome WHERE festival_id = $1 FOR UPDATE;

-- name: outcome_newcomers
-- $1 a festival, $2 a line: how many viewings have come or gone on since, and the last line there is.
SELECT count(DISTINCT p.viewing) AS viewers, coalesce(max(p.seq), $2) AS seq
FROM playback_summary p JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id JOIN section c ON c.id = s.section_id
WHERE c.festival_id = $1 AND p.viewing IS NOT NULL AND p.seq > $2;

-- name: save_outcome
INSERT INTO outcome (festival_id, seq, counted_at, watched) VALUES ($1, $2, $3, $4)
ON CONFLICT (festival_id) DO UPDATE SET seq = excluded.seq, counted_at = excluded.counted_at, watched = excluded.watched;

-- name: watched_by
-- $1 a festival, $2 the last line: in all, by section, by country, by hour and by day of its clocks.
WITH line AS (
  SELECT p.viewing, p.seconds, c.slug AS section, s.country, p.hour AT TIME ZONE f.time_zone AS clock
  FROM playback_summary p JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id
  JOIN section c ON c.id = s.section_id JOIN festival f ON f.id = c.festival_id
  WHERE c.festival_id = $1 AND p.viewing IS NOT NULL AND p.seq <= $2)
SELECT t.kind, t.key, count(DISTINCT l.viewing) AS viewers, count(*) AS views, sum(l.seconds)::float8 AS seconds
FROM line l CROSS JOIN LATERAL (VALUES ('all', ''), ('section', l.section), ('country', l.country), ('hour', to_char(l.clock, 'HH24')),
                                       ('day', to_char(l.clock, 'YYYY-MM-DD'))) t (kind, key)
GROUP BY t.kind, t.key ORDER BY t.kind, t.key;

-- name: watchers
-- $1 a festival, $2 the last line: what each viewing of a series did. Completed: began with its first episode that can be
-- watched and saw the last one to its end.
WITH edge AS (
  SELECT e.series_id, min(e.number) AS first, max(e.number) AS last FROM episode e JOIN current_package k ON k.episode_id = e.id GROUP BY e.series_id),
viewer AS (
  SELECT p.viewing, bool_or(e.number = g.first) AS began, bool_or(e.number = g.last AND p.finished) AS finished,
         bool_or(p.subtitles IS NOT NULL) AS subtitled, bool_or(p.liked) AS liked
  FROM playback_summary p JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id
  JOIN section c ON c.id = s.section_id JOIN edge g ON g.series_id = e.series_id
  WHERE c.festival_id = $1 AND p.viewing IS NOT NULL AND p.seq <= $2 GROUP BY p.viewing)
SELECT count(*) AS viewers, count(*) FILTER (WHERE began) AS began, count(*) FILTER (WHERE began AND finished) AS completed,
       count(*) FILTER (WHERE subtitled) AS subtitled, count(*) FILTER (WHERE liked) AS liked FROM viewer;

-- name: watched_languages
-- $1 a festival, $2 the last line. Each viewing counts for the language it had most often.
WITH viewer AS (
  SELECT p.viewing, mode() WITHIN GROUP (ORDER BY p.interface) AS interface,
         nullif(mode() WITHIN GROUP (ORDER BY coalesce(p.subtitles, '')), '') AS subtitles
  FROM playback_summary p JOIN episode e ON e.id = p.episode_id JOIN series s ON s.id = e.series_id JOIN section c ON c.id = s.section_id
  WHERE c.festival_id = $1 AND p.viewing IS NOT NULL AND p.seq <= $2 GROUP BY p.viewing)
SELECT t.kind, t.lang, count(*) AS viewers
FROM viewer v CROSS JOIN LATERAL (VALUES ('interface', v.interface), ('subtitles', v.subtitles)) t (kind, lang)
WHERE t.lang IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2;
