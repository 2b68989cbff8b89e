-- name: hold_submission
-- $1 a submission: what is decided of it is decided by one at a time.
SELECT b.id, b.series_id AS series, b.state, b.version, b.withdrawn_at, b.changes_until, s.released_at
FROM submission b JOIN series s ON s.id = b.series_id WHERE b.id = $1 FOR NO KEY UPDATE OF b;

-- name: decision
-- $1 a decision.
SELECT d.id, d.submission_id AS submission, d.kind, d.words, d.changes_until, d.was, d.was_until, d.undone_at IS NOT NULL AS undone
FROM decision d WHERE d.id = $1;

-- name: last_decision
-- $1 a submission: the one that counts, who made it and when.
SELECT d.id, d.kind, a.name AS by, d.decided_at AS at FROM decision d JOIN account a ON a.id = d.decided_by
WHERE d.submission_id = $1 AND d.undone_at IS NULL ORDER BY d.decided_at DESC LIMIT 1;

-- name: decisions_of
-- $1 a submission, the newest first. A letter can be taken back for so long as it is neither due nor gone.
SELECT d.id, d.kind, d.words, d.changes_until, d.decided_at, a.name AS decided_by, d.undone_at, u.name AS undone_by,
       d.answer, d.answered_at, w.name AS answered_by, l.address, l.lang, l.subject, l.body, l.due_at, l.sent_at,
       d.undone_at IS NULL AND l.cancelled_at IS NULL AND l.sent_at IS NULL AND l.due_at > clock_timestamp() AS can_undo
FROM decision d JOIN account a ON a.id = d.decided_by JOIN letter l ON l.decision_id = d.id
LEFT JOIN account u ON u.id = d.undone_by LEFT JOIN account w ON w.id = d.answered_by
WHERE d.submission_id = $1 ORDER BY d.decided_at DESC LIMIT 50;

-- name: save_decision
INSERT INTO decision (id, submission_id, kind, words, changes_until, was, was_until, decided_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING RETURNING id;

-- name: set_state
-- $1 a submission, $2 its state, $3 until when it may be corrected after the deadline.
UPDATE submission SET state = $2, changes_until = $3, version = version + 1 WHERE id = $1;

-- name: save_letter
-- $6 for how long it can be taken back.
INSERT INTO letter (decision_id, address, lang, subject, body, due_at) VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6::interval);

-- name: cancel_letter
-- $1 a decision: nothing where its letter is due or gone.
UPDATE letter SET cancelled_at = clock_timestamp()
WHERE decision_id = $1 AND sent_at IS NULL AND cancelled_at IS NULL AND due_at > clock_timestamp() RETURNING id;

-- name: undo_decision
UPDATE decision SET undone_at = clock_timestamp(), undone_by = $2 WHERE id = $1 AND undone_at IS NULL RETURNING id;

-- name: take_due_letter
-- Whoever takes it sends it, and it counts as sent when the mail server has it; two at once take different ones.
UPDATE letter SET sent_at = clock_timestamp() WHERE id = (
  SELECT id FROM letter WHERE sent_at IS NULL AND cancelled_at IS NULL AND due_at <= clock_timestamp()
  ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, address, subject, body;

-- name: letter_facts
-- $1 a submission: who is written to about it, in their language, and what the letter names. That is who handed it in; where an
-- organiser did, whoever has been longest in the company; where nobody is, the contact.
SELECT s.id AS series, s.title, c.name AS section, f.name AS festival, f.time_zone, p.email, p.lang, p.name AS person,
       nullif(s.contact->>'email', '') AS contact
FROM submission b JOIN series s ON s.id = b.series_id JOIN section c ON c.id = b.section_id JOIN festival f ON f.id = c.festival_id
LEFT JOIN LATERAL (
  SELECT a.email, a.lang, a.name FROM account a
  WHERE a.company_id = s.company_id AND a.role = 'producer' AND a.disabled_at IS NULL
  ORDER BY a.id = b.submitted_by DESC, a.id LIMIT 1) p ON true
WHERE b.id = $1;

-- name: unschedule
UPDATE series SET release_at = NULL, missed = '{}', missed_at = NULL WHERE id = $1 AND released_at IS NULL;

-- name: standing
-- $1 a series: its submission, held until this is over.
SELECT id, version, state FROM submission WHERE series_id = $1 AND withdrawn_at IS NULL FOR NO KEY UPDATE;
