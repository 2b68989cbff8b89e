-- name: hold_of_series
-- $1 a series: what decides whether its producer may change it.
SELECT b.submitted_at, b.changes_until, c.closes_at
FROM series s JOIN section c ON c.id = s.section_id LEFT JOIN submission b ON b.series_id = s.id AND b.withdrawn_at IS NULL
WHERE s.id = $1;

-- name: series_of_episode
SELECT series_id FROM episode WHERE id = $1;

-- name: series_of_upload
SELECT e.series_id FROM original o JOIN episode e ON e.id = o.episode_id WHERE o.id = $1;

-- name: hold_series
-- $1 a series, $2 a company or NULL for any: what is said and submitted of a series is changed by one at a time.
SELECT id FROM series WHERE id = $1 AND ($2::bigint IS NULL OR company_id = $2) FOR NO KEY UPDATE;

-- name: submission_facts
-- $1 a series, $2 a company or NULL for any.
SELECT s.id AS series, s.released_at IS NOT NULL AS released, s.release_at, to_jsonb(r) AS section, f.time_zone
FROM series s JOIN section c ON c.id = s.section_id JOIN section_ref r ON r.id = c.id JOIN festival f ON f.id = c.festival_id
WHERE s.id = $1 AND ($2::bigint IS NULL OR s.company_id = $2);

-- name: submissions_of
-- $1 a series, the newest first.
SELECT b.submitted_at, a.name AS submitted_by, b.withdrawn_at, w.name AS withdrawn_by, b.changes_until
FROM submission b JOIN account a ON a.id = b.submitted_by LEFT JOIN account w ON w.id = b.withdrawn_by
WHERE b.series_id = $1 ORDER BY b.submitted_at DESC, b.id DESC LIMIT 50;

-- name: save_submission
-- The key over those that stand settles two at once.
INSERT INTO submission (series_id, section_id, submitted_at, submitted_by) SELECT id, section_id, $2, $3 FROM series WHERE id = $1
ON CONFLICT (series_id) WHERE withdrawn_at IS NULL DO NOTHING RETURNING id;

-- name: withdraw_submission
-- What was decided of it is not written to anybody any more, and it leaves the schedule.
WITH gone AS (
  UPDATE submission SET withdrawn_at = $2, withdrawn_by = $3, version = version + 1 WHERE series_id = $1 AND withdrawn_at IS NULL RETURNING id),
unsent AS (
  UPDATE letter l SET cancelled_at = clock_timestamp() FROM decision d, gone g
  WHERE d.id = l.decision_id AND d.submission_id = g.id AND l.sent_at IS NULL AND l.cancelled_at IS NULL),
off AS (UPDATE series SET release_at = NULL, missed = '{}', missed_at = NULL WHERE id = $1 AND released_at IS NULL)
SELECT id FROM gone;

-- name: give_time
UPDATE submission SET changes_until = $2 WHERE series_id = $1 AND withdrawn_at IS NULL RETURNING id;

-- name: standing_of
-- $1 series ids: the submissions of them that stand. A decision is known here once its letter has left.
SELECT b.series_id AS series, b.submitted_at, coalesce((
         SELECT d.was FROM decision d JOIN letter l ON l.decision_id = d.id
         WHERE d.submission_id = b.id AND d.undone_at IS NULL AND l.sent_at IS NULL AND l.due_at > clock_timestamp()
         ORDER BY d.decided_at LIMIT 1), b.state) AS state, a.name AS submitted_by, b.changes_until, c.closes_at
FROM submission b JOIN account a ON a.id = b.submitted_by JOIN series s ON s.id = b.series_id JOIN section c ON c.id = s.section_id
WHERE b.series_id = ANY($1::bigint[]) AND b.withdrawn_at IS NULL;

-- name: told_of
-- $1 a series: what was decided of its submission and has been written to its producer, the newest first.
SELECT d.id, d.kind, d.words, d.decided_at AS at, d.changes_until, d.answer, d.answered_at, a.name AS answered_by
FROM submission b JOIN decision d ON d.submission_id = b.id JOIN letter l ON l.decision_id = d.id
LEFT JOIN account a ON a.id = d.answered_by
WHERE b.series_id = $1 AND b.withdrawn_at IS NULL AND d.undone_at IS NULL AND (l.sent_at IS NOT NULL OR l.due_at <= clock_timestamp())
ORDER BY d.decided_at DESC LIMIT 20;

-- name: open_question
-- $1 a series, $2 the decision that asked: how it stands, or nothing where it does not wait for an answer of this series.
SELECT b.id AS submission, b.state, d.answer, d.changes_until
FROM submission b JOIN decision d ON d.submission_id = b.id JOIN letter l ON l.decision_id = d.id
WHERE b.series_id = $1 AND b.withdrawn_at IS NULL AND d.id = $2 AND d.kind = 'ask' AND d.undone_at IS NULL
  AND (l.sent_at IS NOT NULL OR l.due_at <= clock_timestamp())
  AND NOT EXISTS (SELECT FROM decision n WHERE n.submission_id = b.id AND n.undone_at IS NULL AND n.decided_at > d.decided_at)
FOR NO KEY UPDATE OF b;

-- name: save_answer
-- $1 the decision that asked, $2 what is answered, $3 by whom. It waits for the festival again.
WITH said AS (
  UPDATE decision SET answer = $2, answered_at = clock_timestamp(), answered_by = $3 WHERE id = $1 RETURNING submission_id)
UPDATE submission b SET state = 'answered', version = version + 1 FROM said WHERE b.id = said.submission_id;

-- name: versions
-- $1 an episode: its films that arrived, the newest first, and what became of each. Sounds have versions of their own.
SELECT o.file_name, o.size, o.received_at, a.name AS received_by, coalesce(n.state, 'received') AS state,
       coalesce(p.original_id = o.id, false) AS playing
FROM original o JOIN account a ON a.id = o.account_id
LEFT JOIN LATERAL (SELECT state FROM package WHERE original_id = o.id ORDER BY created_at DESC LIMIT 1) n ON true
LEFT JOIN current_package c ON c.episode_id = o.episode_id LEFT JOIN package p ON p.id = c.id
WHERE o.episode_id = $1 AND o.lang IS NULL AND o.state = 'received' ORDER BY o.received_at DESC;

-- name: replaced_file
-- $1 an episode whose newest file has just arrived: what is told of it where an earlier one was submitted or released.
SELECT s.id AS series, e.number, n.file_name AS file, o.file_name AS replaced
FROM episode e JOIN series s ON s.id = e.series_id
JOIN LATERAL (SELECT id, file_name, received_at FROM original WHERE episode_id = e.id AND lang IS NULL AND state = 'received'
              ORDER BY received_at DESC LIMIT 1) n ON true
JOIN LATERAL (SELECT file_name FROM original WHERE episode_id = e.id AND lang IS NULL AND state = 'received' AND id <> n.id
              ORDER BY received_at DESC LIMIT 1) o ON true
WHERE e.id = $1 AND (s.released_at IS NOT NULL OR EXISTS (SELECT FROM submission b WHERE b.series_id = s.id AND b.withdrawn_at IS NULL));
