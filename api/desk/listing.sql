-- name: found_series
-- $1 what is looked for, $2 the same as a pattern. Its pairs of letters narrow down where the text itself is compared.
SELECT series_id FROM series_search WHERE pairs @> pairs_of(folded($1)) AND text LIKE folded($2) ORDER BY series_id LIMIT 500;

-- name: submissions
-- $1 a tray or NULL, $2 sections, $3 series ids or NULL, $4 the submission it goes on after, $5 how many. The page comes
-- first, and what stands in its rows is looked up for these alone.
WITH page AS MATERIALIZED (
  SELECT b.* FROM unnest($2::bigint[]) AS c(id) CROSS JOIN LATERAL (
    SELECT * FROM submission
    WHERE section_id = c.id AND ($1::text IS NULL OR tray = $1) AND ($3::bigint[] IS NULL OR series_id = ANY($3)) AND id > $4
    ORDER BY id LIMIT $5) b
  ORDER BY b.id LIMIT $5)
SELECT b.id, b.series_id AS series, s.slug, s.title, s.country, b.section_id AS section,
       jsonb_build_object('id', o.id, 'name', o.name) AS company, b.state, b.tray, b.version, b.submitted_at, a.name AS submitted_by,
       b.changes_until, s.released_at, s.release_at, w.tall, w.thumbhash, f.package, n.episodes, n.ready
FROM page b JOIN series s ON s.id = b.series_id JOIN company o ON o.id = s.company_id JOIN account a ON a.id = b.submitted_by
LEFT JOIN chosen_poster w ON w.series_id = s.id
CROSS JOIN LATERAL (
  SELECT count(*) AS episodes, count(x.id) AS ready
  FROM episode e LEFT JOIN LATERAL (SELECT p.id FROM package p WHERE p.episode_id = e.id AND p.state = 'ready' LIMIT 1) x ON true
  WHERE e.series_id = s.id) n
LEFT JOIN LATERAL (
  SELECT p.id AS package FROM episode e JOIN package p ON p.episode_id = e.id AND p.state = 'ready'
  WHERE e.series_id = s.id ORDER BY e.number, p.ready_at DESC LIMIT 1) f ON true
ORDER BY b.id;

-- name: one_submission
-- $1 a submission.
SELECT b.id, b.series_id AS series, s.slug, s.title, s.country, b.section_id AS section,
       jsonb_build_object('id', o.id, 'name', o.name) AS company, b.state, b.tray, b.version, b.submitted_at, a.name AS submitted_by,
       b.changes_until, s.released_at, s.release_at, w.tall, w.thumbhash, f.package, n.episodes, n.ready
FROM submission b JOIN series s ON s.id = b.series_id JOIN company o ON o.id = s.company_id JOIN account a ON a.id = b.submitted_by
LEFT JOIN chosen_poster w ON w.series_id = s.id
CROSS JOIN LATERAL (
  SELECT count(*) AS episodes, count(x.id) AS ready
  FROM episode e LEFT JOIN LATERAL (SELECT p.id FROM package p WHERE p.episode_id = e.id AND p.state = 'ready' LIMIT 1) x ON true
  WHERE e.series_id = s.id) n
LEFT JOIN LATERAL (
  SELECT p.id AS package FROM episode e JOIN package p ON p.episode_id = e.id AND p.state = 'ready'
  WHERE e.series_id = s.id ORDER BY e.number, p.ready_at DESC LIMIT 1) f ON true
WHERE b.id = $1;

-- name: count_trays
-- $1 sections. No tray is counted beyond a thousand: "many" is enough then.
SELECT t.tray, (SELECT count(*) FROM (SELECT FROM submission b WHERE b.section_id = ANY($1::bigint[]) AND b.tray = t.tray LIMIT 1000) x) AS count
FROM unnest(ARRAY['waiting', 'asked', 'accepted', 'declined', 'withdrawn']) AS t(tray);

-- name: series_list
-- $1 sections, $2 a stage or NULL, $3 series ids or NULL, $4 to $6 section, place and series it goes on after, $7 how many.
WITH page AS MATERIALIZED (
  SELECT s.id, b.id AS submission, b.state, b.submitted_at, b.changes_until, g.stage
  FROM series s LEFT JOIN submission b ON b.series_id = s.id AND b.withdrawn_at IS NULL
  CROSS JOIN LATERAL (
    SELECT CASE WHEN s.released_at IS NOT NULL THEN 'released' WHEN s.release_at IS NOT NULL THEN 'scheduled'
                WHEN b.state = 'accepted' THEN 'accepted' WHEN b.state = 'declined' THEN 'declined'
                WHEN b.id IS NOT NULL THEN 'review' ELSE 'draft' END AS stage) g
  WHERE s.section_id = ANY($1::bigint[]) AND ($2::text IS NULL OR g.stage = $2) AND ($3::bigint[] IS NULL OR s.id = ANY($3))
    AND (s.section_id, s.place, s.id) > ($4, $5, $6)
  ORDER BY s.section_id, s.place, s.id LIMIT $7)
SELECT s.id, s.slug, s.title, s.country, s.section_id AS section, jsonb_build_object('id', o.id, 'name', o.name) AS company,
       g.submission, g.state, g.submitted_at, g.changes_until, g.stage, s.released_at, s.release_at, s.missed,
       jsonb_build_object('allowed', s.keep_allowed, 'until', s.keep_until) AS keeping,
       w.tall, w.thumbhash, f.package, n.episodes, n.ready, n.failed
FROM page g JOIN series s ON s.id = g.id JOIN company o ON o.id = s.company_id
LEFT JOIN chosen_poster w ON w.series_id = s.id
CROSS JOIN LATERAL (
  SELECT count(*) AS episodes, count(x.id) AS ready, count(y.id) FILTER (WHERE x.id IS NULL) AS failed
  FROM episode e LEFT JOIN LATERAL (SELECT p.id FROM package p WHERE p.episode_id = e.id AND p.state = 'ready' LIMIT 1) x ON true
  LEFT JOIN LATERAL (SELECT p.id FROM package p WHERE p.episode_id = e.id AND p.state = 'failed' LIMIT 1) y ON true
  WHERE e.series_id = s.id) n
LEFT JOIN LATERAL (
  SELECT p.id AS package FROM episode e JOIN package p ON p.episode_id = e.id AND p.state = 'ready'
  WHERE e.series_id = s.id ORDER BY e.number, p.ready_at DESC LIMIT 1) f ON true
ORDER BY s.section_id, s.place, s.id;

-- name: open_flags
-- $1 the flag it goes on after, 0 at first, $2 how many: those of this festival's awards that nobody has settled, the newest first.
SELECT f.id, f.award_id AS award, a.name, f.what, cardinality(f.ballots) AS ballots, f.raised_at, f.quarantined_at
FROM flag f JOIN award a ON a.id = f.award_id JOIN festival y ON y.id = a.festival_id
WHERE y.state = 'current' AND f.settled_at IS NULL AND ($1 = 0 OR f.id < $1) ORDER BY f.id DESC LIMIT $2;
