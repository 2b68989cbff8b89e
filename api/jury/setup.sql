-- name: juries
-- $1 one, or NULL for all of the festival that is current.
SELECT id, name, award, section_id AS section, meets_at, visibility, blind, must_see, rubric,
       EXISTS (SELECT FROM score_event e JOIN shortlist l ON l.id = e.shortlist_id WHERE l.jury_id = jury.id) AS frozen
FROM jury WHERE CASE WHEN $1::bigint IS NULL THEN festival_id = (SELECT id FROM festival WHERE state = 'current') ELSE id = $1 END
ORDER BY meets_at NULLS LAST, id;

-- name: rounds
-- $1 a jury or NULL, $2 a round or NULL.
SELECT l.id, l.jury_id AS jury, l.name, l.round, l.phase, l.assigning, l.cut,
       (SELECT count(*) FROM shortlist_series s WHERE s.shortlist_id = l.id) AS titles,
       (SELECT count(*) FROM assignment a WHERE a.shortlist_id = l.id) AS jurors,
       (SELECT count(*) FROM jury_lock k WHERE k.shortlist_id = l.id AND k.undone_at IS NULL) AS locked,
       array(SELECT series_id FROM shortlist_series s WHERE s.shortlist_id = l.id ORDER BY series_id) AS series
FROM shortlist l WHERE l.jury_id IS NOT NULL AND ($1::bigint IS NULL OR l.jury_id = $1) AND ($2::bigint IS NULL OR l.id = $2)
ORDER BY l.jury_id, l.round;

-- name: members
SELECT a.id, a.name, a.email, m.chair, m.affiliation FROM jury_member m JOIN account a ON a.id = m.account_id
WHERE m.jury_id = $1 ORDER BY m.chair DESC, a.name, a.id;

-- name: hold_jury
SELECT id FROM jury WHERE id = $1 FOR UPDATE;

-- name: save_jury
INSERT INTO jury (festival_id, name, award, section_id, meets_at, visibility, blind, must_see, rubric)
SELECT id, $1, $2, $3, $4, $5, $6, $7, $8 FROM festival WHERE state = 'current' RETURNING id;

-- name: change_jury
UPDATE jury SET name = $2, award = $3, section_id = $4, meets_at = $5, visibility = $6, blind = $7, must_see = $8, rubric = $9 WHERE id = $1;

-- name: section_exists
SELECT EXISTS (SELECT FROM section WHERE id = $1);

-- name: juror_accounts
-- $1 addresses.
SELECT id, email FROM account WHERE email = ANY ($1::text[]) AND role = 'juror' AND disabled_at IS NULL;

-- name: remove_members
-- $1 a jury, $2 who stays: the others leave its rounds that are not over, and see nothing of them any more.
WITH gone AS (DELETE FROM jury_member WHERE jury_id = $1 AND account_id <> ALL ($2::bigint[]) RETURNING account_id)
DELETE FROM assignment a USING shortlist l, gone
WHERE l.id = a.shortlist_id AND l.jury_id = $1 AND l.phase IN ('preparing', 'scoring') AND a.account_id = gone.account_id;

-- name: dethrone
-- There is one chair at a time.
UPDATE jury_member SET chair = false WHERE jury_id = $1 AND chair;

-- name: save_member
INSERT INTO jury_member (jury_id, account_id, chair, affiliation) VALUES ($1, $2, $3, $4)
ON CONFLICT (jury_id, account_id) DO UPDATE SET chair = excluded.chair, affiliation = excluded.affiliation;

-- name: let_members_in
-- $1 a jury: who has come in is in its rounds that are not over.
INSERT INTO assignment (shortlist_id, account_id)
SELECT l.id, m.account_id FROM shortlist l JOIN jury_member m ON m.jury_id = l.jury_id
WHERE l.jury_id = $1 AND l.phase IN ('preparing', 'scoring') ON CONFLICT DO NOTHING;

-- name: save_round
-- $1 jury, $2 name, $3 cut.
INSERT INTO shortlist (festival_id, jury_id, name, round, phase, cut)
SELECT festival_id, id, $2, coalesce((SELECT max(round) FROM shortlist WHERE jury_id = $1), 0) + 1, 'preparing', $3 FROM jury WHERE id = $1
RETURNING id;

-- name: number_round
UPDATE shortlist SET round = $2 WHERE id = $1;

-- name: change_round
UPDATE shortlist SET name = $2, cut = $3 WHERE id = $1;

-- name: drop_series
-- $1 a round, $2 what stays.
DELETE FROM shortlist_series WHERE shortlist_id = $1 AND series_id <> ALL ($2::bigint[]);

-- name: has_locks
SELECT EXISTS (SELECT FROM jury_lock WHERE shortlist_id = $1 AND undone_at IS NULL);

-- name: sections_of_titles
SELECT s.id AS series, s.section_id AS section FROM shortlist_series l JOIN series s ON s.id = l.series_id WHERE l.shortlist_id = $1 ORDER BY s.id;

-- name: standing_recusals
-- $1 a jury.
SELECT account_id AS juror, series_id AS series FROM recusal WHERE jury_id = $1 AND withdrawn_at IS NULL;

-- name: set_assigning
UPDATE shortlist SET assigning = $2 WHERE id = $1;

-- name: clear_assignment
DELETE FROM assignment_series WHERE shortlist_id = $1;

-- name: assign
-- $1 a round, $2 jurors and $3 series side by side.
INSERT INTO assignment_series (shortlist_id, account_id, series_id) SELECT $1, u.juror, u.series FROM unnest($2::bigint[], $3::bigint[]) AS u (juror, series);

-- name: given
-- $1 a round: whoever is in it, with the titles they were given.
SELECT a.account_id AS juror, array(SELECT c.series_id FROM jury_cell c WHERE c.shortlist_id = a.shortlist_id AND c.account_id = a.account_id ORDER BY 1) AS series
FROM assignment a WHERE a.shortlist_id = $1 ORDER BY a.account_id;

-- name: nobodys
-- $1 a round: titles that nobody was given.
SELECT s.series_id FROM shortlist_series s WHERE s.shortlist_id = $1
  AND NOT EXISTS (SELECT FROM jury_cell c WHERE c.shortlist_id = $1 AND c.series_id = s.series_id) ORDER BY 1;

-- name: carry_over
-- $1 a round that was cut from another: what its jurors gave there, as what they begin with. Anything they give here replaces it.
INSERT INTO score_event (id, shortlist_id, account_id, series_id, revision, grades, skipped)
SELECT gen_random_uuid(), l.id, c.account_id, c.series_id, 0, p.grades, NULL
FROM shortlist l JOIN jury_cell c ON c.shortlist_id = l.id
JOIN score p ON p.shortlist_id = l.cut_from AND p.account_id = c.account_id AND p.series_id = c.series_id AND p.skipped IS NULL
WHERE l.id = $1 AND l.carry_over;
