-- name: audit_of_award
-- $1 award: what was done to it, to its flags, to requests to declare ballots void and to its batches of paper; the oldest first.
SELECT l.seq, e.at, a.role, a.name, e.action, e.object, e.detail, l.hash
FROM audit_event e LEFT JOIN account a ON a.id = e.account_id LEFT JOIN audit_link l ON l.event_id = e.id
WHERE e.object = 'award:' || $1::bigint OR (e.object ~ '^(flag|void|paper):' AND e.detail->>'award' = $1::bigint::text) ORDER BY e.id;

-- name: audit_about
-- $1 objects, like 'jury:7': what was done to them; the oldest first.
SELECT l.seq, e.at, a.role, a.name, e.action, e.object, e.detail, l.hash
FROM audit_event e LEFT JOIN account a ON a.id = e.account_id LEFT JOIN audit_link l ON l.event_id = e.id
WHERE e.object = ANY ($1::text[]) ORDER BY e.id;

-- name: audit_chain
-- Every link with the line it is of, spelled as it was when the hash was made.
SELECT l.seq, l.event_id AS event, l.hash,
       jsonb_build_array(e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.account_id, e.action, e.object,
                         e.detail)::text AS line
FROM audit_link l LEFT JOIN audit_event e ON e.id = l.event_id ORDER BY l.seq;

-- name: audit_unlinked
SELECT count(*) FROM audit_event e WHERE NOT EXISTS (SELECT FROM audit_link l WHERE l.event_id = e.id);
