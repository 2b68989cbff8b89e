-- name: shortlists_of
-- $1 a juror, or NULL for all lists with everything in them. Of the festival that is current.
SELECT l.id, l.name, l.round, l.phase, l.unblinded_at IS NOT NULL AS unblinded, coalesce(j.blind, '{}') AS blind,
       NOT EXISTS (SELECT FROM shortlist n WHERE n.jury_id = l.jury_id AND n.round > l.round) AS last,
       array(SELECT s.series_id FROM shortlist_series s WHERE s.shortlist_id = l.id AND ($1::bigint IS NULL OR EXISTS (SELECT FROM juror_series g
             WHERE (g.shortlist_id, g.account_id, g.series_id) = (l.id, $1, s.series_id))) ORDER BY s.series_id) AS series
FROM shortlist l JOIN festival f ON f.id = l.festival_id AND f.state = 'current' LEFT JOIN jury j ON j.id = l.jury_id
WHERE $1::bigint IS NULL OR (l.phase <> 'preparing' AND EXISTS (SELECT FROM assignment a WHERE a.shortlist_id = l.id AND a.account_id = $1))
ORDER BY l.round, l.id;

-- name: rounds_of
-- $1 a juror.
SELECT l.id FROM shortlist l JOIN festival f ON f.id = l.festival_id AND f.state = 'current' JOIN jury j ON j.id = l.jury_id
JOIN assignment a ON a.shortlist_id = l.id
WHERE a.account_id = $1 AND l.phase <> 'preparing' ORDER BY j.meets_at NULLS LAST, j.id, l.round;

-- name: round
-- $1 a round, $2 a juror who is in it while its festival is current, or NULL for the desk, which still reads it afterwards.
SELECT l.id, l.name, l.round, l.phase, l.assigning, l.cut, l.cut_from, l.carry_over, l.deliberation_at, l.unblinded_at,
       j.id AS jury_id, j.name AS jury, j.award, j.section_id, j.meets_at, j.visibility, j.blind, j.must_see, j.rubric,
       coalesce(m.chair, false) AS chair,
       NOT EXISTS (SELECT FROM shortlist n WHERE n.jury_id = j.id AND n.round > l.round) AS last
FROM shortlist l JOIN jury j ON j.id = l.jury_id LEFT JOIN jury_member m ON m.jury_id = j.id AND m.account_id = $2
WHERE l.id = $1
  AND ($2::bigint IS NULL OR (l.phase <> 'preparing' AND l.festival_id = (SELECT id FROM festival WHERE state = 'current')
                              AND EXISTS (SELECT FROM assignment a WHERE a.shortlist_id = l.id AND a.account_id = $2)));

-- name: hold_round
-- What is decided of a round as a whole is decided by one at a time, and while nobody saves in it.
SELECT id FROM shortlist WHERE id = $1 FOR UPDATE;

-- name: hold_sheets
-- $1 a round, $2 a juror: while they save, nobody locks them and nobody opens the deliberation.
SELECT l.id FROM shortlist l JOIN assignment a ON a.shortlist_id = l.id WHERE l.id = $1 AND a.account_id = $2 FOR SHARE;

-- name: hold_juror
-- $1 a round, $2 a juror.
SELECT l.id FROM shortlist l JOIN assignment a ON a.shortlist_id = l.id WHERE l.id = $1 AND a.account_id = $2
FOR SHARE OF l FOR UPDATE OF a;

-- name: jurors
-- $1 a round, $2 the hours in which a lock can be undone.
SELECT a.account_id AS id, c.name, c.email, coalesce(m.chair, false) AS chair, coalesce(m.affiliation, '') AS affiliation, o.name AS company,
       k.locked_at, k.locked_at + make_interval(hours => $2) AS undo_until,
       greatest((SELECT max(saved_at) FROM score_event e WHERE e.shortlist_id = l.id AND e.account_id = a.account_id),
                (SELECT at FROM juror_clock t WHERE t.account_id = a.account_id)) AS active_at
FROM shortlist l JOIN assignment a ON a.shortlist_id = l.id JOIN account c ON c.id = a.account_id
LEFT JOIN company o ON o.id = c.company_id LEFT JOIN jury_member m ON m.jury_id = l.jury_id AND m.account_id = a.account_id
LEFT JOIN jury_lock k ON k.shortlist_id = l.id AND k.account_id = a.account_id AND k.undone_at IS NULL
WHERE l.id = $1 ORDER BY m.chair DESC NULLS LAST, c.name, c.id;

-- name: cells
-- $1 a round, $2 a juror or NULL for all, $3 a series or NULL for all, $4 per cent of an episode that make it watched.
SELECT c.account_id AS juror, c.series_id AS series, s.title, v.episodes, v.seen, p.grades, p.skipped, p.revision, p.saved_at,
       r.reason AS recused, r.declared_at AS recused_at, r.declared_by IS DISTINCT FROM c.account_id AS recused_by_chair
FROM jury_cell c JOIN shortlist l ON l.id = c.shortlist_id JOIN series s ON s.id = c.series_id
LEFT JOIN score p ON (p.shortlist_id, p.account_id, p.series_id) = (c.shortlist_id, c.account_id, c.series_id)
LEFT JOIN recusal r ON (r.jury_id, r.account_id, r.series_id) = (l.jury_id, c.account_id, c.series_id) AND r.withdrawn_at IS NULL
CROSS JOIN LATERAL (
  SELECT count(*) AS episodes,
         count(*) FILTER (WHERE bit_count(w.seconds) * 100 >= greatest(round((k.descriptor->>'duration')::float8), 1) * $4::int) AS seen
  FROM episode e JOIN current_package k ON k.episode_id = e.id
  LEFT JOIN juror_watched w ON w.episode_id = e.id AND w.account_id = c.account_id WHERE e.series_id = c.series_id) v
WHERE c.shortlist_id = $1 AND ($2::bigint IS NULL OR c.account_id = $2) AND ($3::bigint IS NULL OR c.series_id = $3)
ORDER BY c.series_id, c.account_id;

-- name: titles
-- $1 a round: what is known of its titles; `domains` of everybody who speaks for its company.
SELECT s.id AS series, s.title, s.synopsis, s.genre, s.country, o.name AS company, s.credits, s.companies,
       array(SELECT split_part(a.email, '@', 2) FROM account a WHERE a.company_id = s.company_id AND a.role = 'producer'
             UNION SELECT split_part(s.contact->>'email', '@', 2)) AS domains
FROM shortlist_series l JOIN series s ON s.id = l.series_id JOIN company o ON o.id = s.company_id
WHERE l.shortlist_id = $1 ORDER BY s.id;

-- name: episodes_seen
-- $1 a series, $2 a juror.
SELECT e.id, e.number, e.title, greatest(round((k.descriptor->>'duration')::float8), 1)::int AS seconds, k.id AS package,
       coalesce(bit_count(w.seconds), 0) AS watched
FROM episode e JOIN current_package k ON k.episode_id = e.id LEFT JOIN juror_watched w ON w.episode_id = e.id AND w.account_id = $2
WHERE e.series_id = $1 ORDER BY e.number;

-- name: score_event
-- What came with this number, and where.
SELECT shortlist_id AS round, account_id AS juror, series_id AS series, revision, grades, skipped FROM score_event WHERE id = $1;

-- name: save_score
INSERT INTO score_event (id, shortlist_id, account_id, series_id, revision, grades, skipped) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO NOTHING RETURNING id;

-- name: sheet
-- The one that stands.
SELECT id, revision, grades, skipped, saved_at FROM score WHERE shortlist_id = $1 AND account_id = $2 AND series_id = $3;

-- name: save_recusal
-- $1 round, $2 juror, $3 series, $4 why, $5 who says so.
INSERT INTO recusal (jury_id, account_id, series_id, reason, declared_by)
SELECT jury_id, $2, $3, $4, $5 FROM shortlist WHERE id = $1
ON CONFLICT (jury_id, account_id, series_id) WHERE withdrawn_at IS NULL DO NOTHING RETURNING id;

-- name: withdraw_recusal
-- $1 round, $2 juror, $3 series, $4 why, $5 who says so.
UPDATE recusal r SET withdrawn_at = now(), withdrawn_why = $4, withdrawn_by = $5 FROM shortlist l
WHERE l.id = $1 AND r.jury_id = l.jury_id AND r.account_id = $2 AND r.series_id = $3 AND r.withdrawn_at IS NULL RETURNING r.id;

-- name: save_lock
INSERT INTO jury_lock (shortlist_id, account_id) VALUES ($1, $2) ON CONFLICT (shortlist_id, account_id) WHERE undone_at IS NULL DO NOTHING RETURNING id;

-- name: lock
-- $3 the hours in which it can be undone.
SELECT locked_at, locked_at + make_interval(hours => $3) AS undo_until FROM jury_lock
WHERE shortlist_id = $1 AND account_id = $2 AND undone_at IS NULL;

-- name: undo_lock
-- $3 the hours in which it can be undone, by this database's clock; $4 who, $5 why.
UPDATE jury_lock SET undone_at = now(), undone_by = $4, undone_why = $5
WHERE shortlist_id = $1 AND account_id = $2 AND undone_at IS NULL AND now() < locked_at + make_interval(hours => $3) RETURNING id;

-- name: unblind
UPDATE shortlist SET unblinded_at = now() WHERE id = $1 AND unblinded_at IS NULL RETURNING id;

-- name: set_phase
UPDATE shortlist SET phase = $2, deliberation_at = CASE WHEN $2 = 'deliberation' THEN now() ELSE deliberation_at END WHERE id = $1;

-- name: save_event
INSERT INTO jury_event (shortlist_id, account_id, what, why) VALUES ($1, $2, $3, $4);
