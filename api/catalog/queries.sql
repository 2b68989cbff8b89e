-- name: festival
-- The one that is current, with what it looks like.
SELECT f.id, f.slug, f.name, f.starts_on, f.ends_on, f.time_zone, f.double_tap, f.place, f.languages, f.result_languages, f.contact,
       f.privacy, f.accent, f.sponsor,
       CASE WHEN l.id IS NOT NULL THEN jsonb_build_object('id', l.id, 'width', l.width, 'height', l.height) END AS logo,
       CASE WHEN s.id IS NOT NULL THEN jsonb_build_object('id', s.id, 'width', s.width, 'height', s.height) END AS card
FROM festival f LEFT JOIN mark l ON l.id = f.logo_id LEFT JOIN mark s ON s.id = f.sponsor_id WHERE f.state = 'current';

-- name: save_festival
-- The first of a house: later ones are made from those before.
INSERT INTO festival (slug, name, starts_on, ends_on, time_zone, double_tap)
SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT FROM festival WHERE state <> 'rehearsal')
ON CONFLICT (slug) DO NOTHING RETURNING id;

-- name: set_player
UPDATE festival SET double_tap = $1 WHERE state = 'current' RETURNING id;

-- name: mark
SELECT webp FROM mark WHERE id = $1 AND state = 'ready';

-- name: sections
SELECT r.* FROM section_ref r JOIN section c USING (id)
WHERE c.festival_id = (SELECT id FROM festival WHERE state = 'current') ORDER BY c.position, c.id;

-- name: section
SELECT * FROM section_ref WHERE id = $1;

-- name: save_section
INSERT INTO section (festival_id, slug, position, name, landscape, opens_at, closes_at, min_seconds, max_seconds, min_episodes,
                     max_episodes, subtitle_langs, ai_rule, min_total_seconds, max_total_seconds, ai_parts)
SELECT id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 FROM festival WHERE state = 'current'
ON CONFLICT (festival_id, slug) DO NOTHING RETURNING id;

-- name: hold_section
SELECT id FROM section WHERE id = $1 FOR UPDATE;

-- name: change_section
UPDATE section SET name = $2, landscape = $3, opens_at = $4, closes_at = $5, min_seconds = $6, max_seconds = $7,
                   min_episodes = $8, max_episodes = $9, subtitle_langs = $10, ai_rule = $11,
                   min_total_seconds = $12, max_total_seconds = $13, ai_parts = $14
WHERE id = $1;

-- name: languages
-- The languages anything released of this festival is subtitled in.
SELECT DISTINCT t.lang FROM subtitle t JOIN episode e ON e.id = t.episode_id JOIN series s ON s.id = e.series_id
JOIN section c ON c.id = s.section_id WHERE c.festival_id = $1 AND is_shown(s, NULL) ORDER BY 1;

-- name: released_cards
-- $1 a section or NULL for all, $2 series ids or NULL for those of the section that are shown in $3, a country.
SELECT s.id, s.slug, s.title, s.country, s.rating, s.section_id,
       count(c.id) AS episode_count,
       coalesce(sum((c.descriptor->>'duration')::float8 * 1000), 0)::bigint AS duration_ms,
       (array_agg(c.id ORDER BY e.number) FILTER (WHERE c.id IS NOT NULL))[1] AS package,
       CASE WHEN w.tall IS NULL THEN (array_agg(c.descriptor->>'thumbhash' ORDER BY e.number) FILTER (WHERE c.id IS NOT NULL))[1]
            ELSE w.thumbhash END AS thumbhash,
       w.tall, w.card,
       coalesce((SELECT jsonb_agg(jsonb_build_object('award', n.award_id, 'entry', n.id) ORDER BY n.id)
                 FROM entry n WHERE n.series_id = s.id), '[]') AS entries
FROM series s LEFT JOIN episode e ON e.series_id = s.id LEFT JOIN current_package c ON c.episode_id = e.id
LEFT JOIN chosen_poster w ON w.series_id = s.id
WHERE CASE WHEN $2::bigint[] IS NULL
           THEN s.section_id IN (SELECT id FROM section WHERE festival_id = (SELECT id FROM festival WHERE state = 'current'))
                AND is_shown(s, $3) AND ($1::bigint IS NULL OR s.section_id = $1)
           ELSE s.id = ANY($2) END
GROUP BY s.id, w.tall, w.card, w.thumbhash ORDER BY s.section_id, s.place, s.id;

-- name: released_series
-- $1 slug, $2 a country. Nobody keeps it for longer than the rights last.
SELECT s.id, s.synopsis, s.genre, s.notes,
       CASE WHEN s.keep_allowed THEN least(coalesce(s.keep_until, (f.ends_on + 1)::timestamp AT TIME ZONE f.time_zone), s.rights_until) END AS keep_until,
       to_jsonb(r) AS section
FROM series s JOIN section c ON c.id = s.section_id JOIN section_ref r ON r.id = c.id JOIN festival f ON f.id = c.festival_id WHERE s.slug = $1 AND is_shown(s, $2);

-- name: released_credits
-- $1 slug, $2 a country.
SELECT s.credits, s.companies FROM series s WHERE s.slug = $1 AND is_shown(s, $2);

-- name: released_episodes
-- Bytes are those a phone may load: H.264, one sound, and of the pictures none beyond 720.
SELECT e.id, e.number, e.title, e.rating, e.notes,
       round((c.descriptor->>'duration')::float8 * 1000)::bigint AS duration_ms,
       (SELECT jsonb_build_object('saver', min(v.bytes) + a.bytes,
                                  'full', coalesce(max(v.bytes) FILTER (WHERE v.side <= 720), min(v.bytes)) + a.bytes)
        FROM (SELECT (x->>'bytes')::bigint AS bytes, least((x->>'width')::int, (x->>'height')::int) AS side
              FROM jsonb_array_elements(c.descriptor->'video') x WHERE x->>'codec' LIKE 'avc1.%') v,
             (SELECT coalesce((c.descriptor->'audio'->0->>'bytes')::bigint, 0) AS bytes) a
        GROUP BY a.bytes) AS bytes
FROM episode e JOIN current_package c ON c.episode_id = e.id WHERE e.series_id = $1 ORDER BY e.number;

-- name: save_series
INSERT INTO series (section_id, company_id, slug, title, synopsis, genre, notes, country, rating)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (slug) DO NOTHING RETURNING id;

-- name: section_exists
-- Of the festival that is current: an earlier one takes no more series.
SELECT EXISTS (SELECT FROM section c JOIN festival f ON f.id = c.festival_id WHERE c.id = $1 AND f.state = 'current');

-- name: save_episode
INSERT INTO episode (series_id, number, title, rating, notes) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (series_id, number) DO NOTHING RETURNING id;

-- name: series_of_company
-- $1 a series, $2 a company or NULL for any. What is not the company's own does not exist for it.
SELECT id FROM series WHERE id = $1 AND ($2::bigint IS NULL OR company_id = $2);

-- name: set_keeping
-- $1 a series, $2 whether phones may keep it, $3 until when or NULL.
UPDATE series SET keep_allowed = $2, keep_until = $3 WHERE id = $1 RETURNING id;

-- name: release_series
-- Released once: a second call keeps the first time.
UPDATE series SET released_at = coalesce(released_at, $2), missed = '{}', missed_at = NULL WHERE id = $1 RETURNING released_at;

-- name: chosen_posters
-- $1 series ids: what somebody has chosen to show them by.
SELECT series_id AS series, tall, card FROM chosen_poster WHERE series_id = ANY($1::bigint[]);
