-- name: save_decision
INSERT INTO jury_decision (shortlist_id, prizes, statement, against, decided_by) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (shortlist_id) DO UPDATE SET prizes = excluded.prizes, statement = excluded.statement, against = excluded.against,
  decided_by = excluded.decided_by, decided_at = now();

-- name: published
SELECT EXISTS (SELECT FROM jury_result WHERE jury_id = $1);

-- name: decision
SELECT d.prizes, d.statement, d.against, a.name AS decided_by, d.decided_at
FROM jury_decision d JOIN account a ON a.id = d.decided_by WHERE d.shortlist_id = $1;

-- name: next_round
-- $1 the round that is cut, $2 name, $3 whether scores go on. The number settles who was first.
INSERT INTO shortlist (festival_id, jury_id, name, round, phase, cut_from, carry_over)
SELECT festival_id, jury_id, $2, round + 1, 'preparing', id, $3 FROM shortlist WHERE id = $1
ON CONFLICT (jury_id, round) DO NOTHING RETURNING id;

-- name: add_series
INSERT INTO shortlist_series (shortlist_id, series_id) SELECT $1, id FROM series WHERE id = ANY ($2::bigint[])
ON CONFLICT DO NOTHING RETURNING series_id;

-- name: add_members
-- $1 a round: everybody of its jury is in it.
INSERT INTO assignment (shortlist_id, account_id)
SELECT l.id, m.account_id FROM shortlist l JOIN jury_member m ON m.jury_id = l.jury_id WHERE l.id = $1 ON CONFLICT DO NOTHING;

-- name: jury
SELECT j.id AS jury, j.name, j.award, s.name AS section, j.meets_at, j.visibility, j.blind, j.must_see, j.rubric
FROM jury j LEFT JOIN section s ON s.id = j.section_id WHERE j.id = $1;

-- name: people_of_jury
-- Members, and who was one when something was scored.
SELECT a.id, a.name, coalesce(m.chair, false) AS chair FROM account a LEFT JOIN jury_member m ON m.account_id = a.id AND m.jury_id = $1
WHERE m.jury_id IS NOT NULL OR a.id IN (SELECT g.account_id FROM assignment g JOIN shortlist l ON l.id = g.shortlist_id WHERE l.jury_id = $1)
ORDER BY m.chair DESC NULLS LAST, a.name, a.id;

-- name: rounds_of_jury
SELECT id FROM shortlist WHERE jury_id = $1 ORDER BY round;

-- name: recusals_of_jury
SELECT r.account_id AS juror, r.series_id AS series, r.reason, d.name AS declared_by, r.declared_at, w.name AS withdrawn_by, r.withdrawn_at, r.withdrawn_why
FROM recusal r JOIN account d ON d.id = r.declared_by LEFT JOIN account w ON w.id = r.withdrawn_by WHERE r.jury_id = $1 ORDER BY r.id;

-- name: locks_of_round
SELECT k.account_id AS juror, k.locked_at, k.undone_at, u.name AS undone_by, k.undone_why
FROM jury_lock k LEFT JOIN account u ON u.id = k.undone_by WHERE k.shortlist_id = $1 ORDER BY k.id;

-- name: events_of_round
SELECT e.at, a.name AS by, e.what, e.why FROM jury_event e LEFT JOIN account a ON a.id = e.account_id WHERE e.shortlist_id = $1 ORDER BY e.id;
