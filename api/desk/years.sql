-- name: years
-- The newest first, with their awards. $1 one of them, or NULL for all.
SELECT f.id, f.slug, f.name, f.starts_on, f.ends_on, f.time_zone, f.state,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.id, 'slug', a.slug, 'name', a.name, 'published_at', a.published_at) ORDER BY a.closes_at, a.id)
                 FROM award a WHERE a.festival_id = f.id), '[]') AS awards
FROM festival f WHERE f.state <> 'rehearsal' AND ($1::bigint IS NULL OR f.id = $1) ORDER BY f.starts_on DESC, f.id DESC;

-- name: hold_years
-- One is made or begun at a time.
SELECT id, starts_on, state FROM festival WHERE state <> 'rehearsal' ORDER BY id FOR UPDATE;

-- name: make_festival
-- $1 the one before, $2 slug, $3 name, $4 first day. It lasts as long, and looks the same.
INSERT INTO festival (slug, name, starts_on, ends_on, time_zone, double_tap, place, languages, result_languages, contact, privacy, accent,
                      sponsor, logo_id, sponsor_id, state, made_from)
SELECT $2, $3, $4, $4::date + (ends_on - starts_on), time_zone, double_tap, place, languages, result_languages, contact, privacy, accent,
       sponsor, logo_id, sponsor_id, 'draft', id
FROM festival WHERE id = $1 ON CONFLICT (slug) DO NOTHING RETURNING id;

-- name: make_sections
-- $1 the one before, $2 the new one, $3 days. At the same hour of the festival's clocks.
INSERT INTO section (festival_id, slug, name, position, landscape, opens_at, closes_at, min_seconds, max_seconds, min_episodes, max_episodes,
                     subtitle_langs, ai_rule, min_total_seconds, max_total_seconds, ai_parts)
SELECT $2, s.slug, s.name, s.position, s.landscape,
       (s.opens_at AT TIME ZONE f.time_zone + make_interval(days => $3)) AT TIME ZONE f.time_zone,
       (s.closes_at AT TIME ZONE f.time_zone + make_interval(days => $3)) AT TIME ZONE f.time_zone,
       s.min_seconds, s.max_seconds, s.min_episodes, s.max_episodes, s.subtitle_langs, s.ai_rule, s.min_total_seconds, s.max_total_seconds,
       s.ai_parts
FROM section s JOIN festival f ON f.id = s.festival_id WHERE s.festival_id = $1 ORDER BY s.position, s.id;

-- name: make_awards
-- $1 the one before, $2 the new one, $3 days. Their rules, and nothing of how they went.
INSERT INTO award (festival_id, slug, name, kind, min_value, max_value, opens_at, closes_at, grace, board, tiers, weights, method, minimum, watch,
                   receipts)
SELECT $2, a.slug, a.name, a.kind, a.min_value, a.max_value,
       (a.opens_at AT TIME ZONE f.time_zone + make_interval(days => $3)) AT TIME ZONE f.time_zone,
       (a.closes_at AT TIME ZONE f.time_zone + make_interval(days => $3)) AT TIME ZONE f.time_zone,
       a.grace, a.board, a.tiers, a.weights, a.method, a.minimum, a.watch, a.receipts
FROM award a JOIN festival f ON f.id = a.festival_id WHERE a.festival_id = $1 ORDER BY a.closes_at, a.id RETURNING id;

-- name: make_secret
INSERT INTO award_secret (award_id, secret) VALUES ($1, $2);

-- name: jury_rows
-- $1 the one before, $2 the new one, $3 days: each of its juries, with what becomes of its section and its meeting.
SELECT j.id, n.id AS section,
       (j.meets_at AT TIME ZONE f.time_zone + make_interval(days => $3)) AT TIME ZONE f.time_zone AS meets_at
FROM jury j JOIN festival f ON f.id = j.festival_id LEFT JOIN section o ON o.id = j.section_id
LEFT JOIN section n ON n.festival_id = $2 AND n.slug = o.slug WHERE j.festival_id = $1 ORDER BY j.id;

-- name: make_jury
-- $1 one of those, $2 the new festival, $3 section, $4 when it meets. Its rubric and its ways, and nobody who sat in it.
INSERT INTO jury (festival_id, name, award, section_id, meets_at, visibility, blind, must_see, rubric, told_in)
SELECT $2, name, award, $3, $4, visibility, blind, must_see, rubric, told_in FROM jury WHERE id = $1 RETURNING id;

-- name: make_rounds
-- $1 the one before, $2 the new one, $3 a jury there or NULL, $4 the same here: rounds without what was on them.
INSERT INTO shortlist (festival_id, name, round, jury_id, phase)
SELECT $2, name, round, $4, CASE WHEN $4::bigint IS NULL THEN phase ELSE 'preparing' END FROM shortlist
WHERE festival_id = $1 AND jury_id IS NOT DISTINCT FROM $3 ORDER BY id;

-- name: juries_of
SELECT name FROM jury WHERE festival_id = $1 ORDER BY id;

-- name: pairs
-- $1 the one before, $2 the new one: what became of the sections and awards that programmes name.
SELECT 'section' AS kind, o.id AS was, n.id AS is FROM section o JOIN section n ON n.festival_id = $2 AND n.slug = o.slug WHERE o.festival_id = $1
UNION ALL
SELECT 'wall', o.id, n.id FROM award o JOIN award n ON n.festival_id = $2 AND n.slug = o.slug WHERE o.festival_id = $1;

-- name: programmes_of
SELECT name, plan FROM programme WHERE festival_id = $1 ORDER BY lower(name), id;

-- name: make_programme
INSERT INTO programme (festival_id, name, plan) VALUES ($1, $2, $3);

-- name: sections_of
SELECT slug, name, opens_at, closes_at FROM section WHERE festival_id = $1 ORDER BY position, id;

-- name: awards_of
SELECT slug, name, opens_at, closes_at FROM award WHERE festival_id = $1 ORDER BY closes_at, id;

-- name: rounds_of
SELECT name FROM shortlist WHERE festival_id = $1 ORDER BY id;

-- name: is_dressed
SELECT accent IS NOT NULL OR logo_id IS NOT NULL OR sponsor_id IS NOT NULL FROM festival WHERE id = $1;

-- name: left_behind
-- $1 the one before.
SELECT (SELECT count(*) FROM series s JOIN section c ON c.id = s.section_id WHERE c.festival_id = $1) AS series,
       (SELECT count(*) FROM entry e JOIN award a ON a.id = e.award_id WHERE a.festival_id = $1) AS entries,
       (SELECT count(*) FROM vote_event v JOIN award a ON a.id = v.award_id WHERE a.festival_id = $1) AS votes,
       (SELECT count(*) FROM badge WHERE festival_id = $1) AS badges,
       (SELECT count(*) FROM screening WHERE festival_id = $1) AS showings,
       (SELECT count(*) FROM kiosk WHERE festival_id = $1 AND revoked_at IS NULL) AS screens,
       (SELECT count(DISTINCT account_id) FROM (
          SELECT m.account_id FROM assignment m JOIN shortlist l ON l.id = m.shortlist_id WHERE l.festival_id = $1
          UNION ALL SELECT m.account_id FROM jury_member m JOIN jury j ON j.id = m.jury_id WHERE j.festival_id = $1) seats) AS jurors,
       (SELECT count(*) FROM shortlist_series m JOIN shortlist l ON l.id = m.shortlist_id WHERE l.festival_id = $1) AS shortlisted;

-- name: under_way
-- Awards of the festival that is current in which people vote, or whose votes nobody has published.
SELECT a.slug FROM award a JOIN festival f ON f.id = a.festival_id AND f.state = 'current'
WHERE (a.opens_at <= $1 AND $1 < a.closes_at + a.grace)
   OR (a.published_at IS NULL AND EXISTS (SELECT FROM vote_event v WHERE v.award_id = a.id)) ORDER BY a.id;

-- name: archive_festival
UPDATE festival SET state = 'archived' WHERE state = 'current' RETURNING id;

-- name: begin_festival
UPDATE festival SET state = 'current', changed_at = clock_timestamp() WHERE id = $1 AND state = 'draft' RETURNING id;

-- name: revoke_screens
-- $1 a festival, $2 who. Its screens ask to be paired again.
UPDATE kiosk SET revoked_at = clock_timestamp(), revoked_by = $2 WHERE festival_id = $1 AND revoked_at IS NULL;

-- name: drop_secrets
DELETE FROM award_secret WHERE award_id IN (SELECT id FROM award WHERE festival_id = $1);

-- name: drop_awards
DELETE FROM award WHERE festival_id = $1;

-- name: drop_programmes
DELETE FROM programme WHERE festival_id = $1;

-- name: drop_rounds
DELETE FROM shortlist WHERE festival_id = $1;

-- name: drop_juries
DELETE FROM jury WHERE festival_id = $1;

-- name: drop_sections
DELETE FROM section WHERE festival_id = $1;

-- name: drop_festival
-- Only a draft.
DELETE FROM festival WHERE id = $1 AND state = 'draft' RETURNING id;
