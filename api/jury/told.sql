-- name: told_jury
-- $1 a jury: what its published result is told with. Also what is not told yet.
SELECT j.id AS jury, j.name, j.award, j.told_in, j.reveals_at, r.published_at,
       r.published_at IS NOT NULL AND (j.reveals_at IS NULL OR j.reveals_at <= clock_timestamp()) AS told,
       clock_timestamp() AS now, f.slug AS festival_slug, f.name AS festival, f.time_zone
FROM jury j JOIN festival f ON f.id = j.festival_id LEFT JOIN jury_result r ON r.jury_id = j.id WHERE j.id = $1 AND f.state <> 'draft';

-- name: released
-- $1 series: those of them that everyone may see.
SELECT id FROM series WHERE id = ANY ($1::bigint[]) AND released_at IS NOT NULL;

-- name: told_titles
-- $1 a jury, $2 series or NULL. Without them every released title of its section, or of its festival where a round went beyond
-- that: who is on a list of a jury, and who is not, cannot be told from it.
SELECT s.id, s.slug, s.title, NULL::int AS episode, NULL::jsonb AS episode_title, s.country, w.tall,
       coalesce((SELECT jsonb_agg(c->>'name') FROM jsonb_array_elements(s.credits) c WHERE c->>'part' = 'director'), '[]') AS directors,
       (SELECT c.id FROM episode x JOIN current_package c ON c.episode_id = x.id WHERE x.series_id = s.id ORDER BY x.number LIMIT 1) AS package
FROM jury j JOIN section n ON n.festival_id = j.festival_id JOIN series s ON s.section_id = n.id
LEFT JOIN chosen_poster w ON w.series_id = s.id
WHERE j.id = $1 AND s.released_at IS NOT NULL AND ($2::bigint[] IS NULL OR s.id = ANY ($2))
  AND ($2::bigint[] IS NOT NULL OR j.section_id IS NULL OR s.section_id = j.section_id OR EXISTS (
    SELECT FROM shortlist l JOIN shortlist_series t ON t.shortlist_id = l.id JOIN series o ON o.id = t.series_id
    WHERE l.jury_id = j.id AND o.section_id <> j.section_id))
ORDER BY s.id;

-- name: plan
-- $1 a jury: how its result is to be told.
SELECT j.id AS jury, j.told_in, j.reveals_at, r.jury_id IS NOT NULL AS published,
       r.jury_id IS NOT NULL AND (j.reveals_at IS NULL OR j.reveals_at <= clock_timestamp()) AS told,
       clock_timestamp() AS now, EXISTS (SELECT FROM jury_ceremony c WHERE c.jury_id = j.id) AS armed
FROM jury j LEFT JOIN jury_result r ON r.jury_id = j.id WHERE j.id = $1;

-- name: set_plan
UPDATE jury SET told_in = $2, reveals_at = $3 WHERE id = $1;

-- name: publication
-- $1 a jury, $2 the hash of what would be published now: a request for anything else is none.
SELECT j.id AS jury, CASE WHEN r.jury_id IS NOT NULL THEN 'published' WHEN q.jury_id IS NOT NULL THEN 'asked' ELSE 'open' END AS state,
       q.asked_at, r.published_at,
       CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'name', p.name) END AS asked_by,
       CASE WHEN g.id IS NOT NULL THEN jsonb_build_object('id', g.id, 'name', g.name) END AS agreed_by
FROM jury j LEFT JOIN jury_result r ON r.jury_id = j.id
LEFT JOIN jury_request q ON q.jury_id = j.id AND (r.jury_id IS NOT NULL OR q.result_hash = $2)
LEFT JOIN account p ON p.id = q.asked_by LEFT JOIN account g ON g.id = r.published_by WHERE j.id = $1;

-- name: hold_jury
-- $1 a jury: until the transaction ends nobody decides, changes or publishes anything of it.
SELECT id FROM jury WHERE id = $1 FOR UPDATE;

-- name: hold_rounds
SELECT id FROM shortlist WHERE jury_id = $1 ORDER BY id FOR UPDATE;

-- name: save_request
-- $1 a jury, $2 who, $3 the hash of what they ask for. One of an earlier decision makes room.
INSERT INTO jury_request (jury_id, asked_by, result_hash) VALUES ($1, $2, $3)
ON CONFLICT (jury_id) DO UPDATE SET asked_by = excluded.asked_by, asked_at = clock_timestamp(), result_hash = excluded.result_hash
WHERE jury_request.result_hash <> excluded.result_hash RETURNING jury_id;

-- name: save_result
INSERT INTO jury_result (jury_id, text, protocol, published_by, published_at) VALUES ($1, $2, $3, $4, $5);

-- name: save_ceremony
INSERT INTO jury_ceremony (jury_id, code, salt, envelope) VALUES ($1, $2, $3, $4);

-- name: ceremony
SELECT code, salt, envelope FROM jury_ceremony WHERE jury_id = $1;

-- name: result
SELECT text FROM jury_result WHERE jury_id = $1;

-- name: protocol
SELECT protocol FROM jury_result WHERE jury_id = $1;

-- name: people
-- $1 two accounts: who asked and who agrees.
SELECT id, role, name FROM account WHERE id = ANY ($1::bigint[]);

-- name: time
SELECT clock_timestamp();

-- name: recusals
-- $1 a jury: as everyone may read them.
SELECT a.role, a.name, r.series_id AS series, r.declared_by <> r.account_id AS by_chair, r.declared_at, r.withdrawn_at
FROM recusal r JOIN account a ON a.id = r.account_id WHERE r.jury_id = $1 ORDER BY r.id;
