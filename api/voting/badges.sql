-- name: lock_badges
-- One list at a time: labels are no key, so two lists at once would make two badges of one label.
SELECT id FROM festival WHERE state = 'current' FOR NO KEY UPDATE;

-- name: count_badges
SELECT count(*) FROM badge WHERE festival_id = $1;

-- name: known_labels
SELECT DISTINCT label FROM badge WHERE festival_id = $1 AND label = ANY($2::text[]) AND revoked_at IS NULL;

-- name: save_badges
-- $1 festival, $2 token hashes, $3 labels. A badge that is there keeps its label, and stays withdrawn if it was.
INSERT INTO badge (festival_id, token_hash, label)
SELECT $1, t.token_hash, t.label FROM unnest($2::bytea[], $3::text[]) WITH ORDINALITY AS t(token_hash, label, line)
ORDER BY t.line ON CONFLICT (token_hash) DO NOTHING RETURNING id;

-- name: good_badges
-- $1 festival, $2 token hashes: those of them that are good, with their labels.
SELECT token_hash, label FROM badge WHERE festival_id = $1 AND token_hash = ANY($2::bytea[]) AND revoked_at IS NULL;

-- name: badges
-- $1 after, $2 limit.
SELECT id, label, created_at, revoked_at FROM badge
WHERE festival_id = (SELECT id FROM festival WHERE state = 'current') AND id > $1 ORDER BY id LIMIT $2;

-- name: revoke_badge
-- Withdrawn once: a second call keeps the first time.
UPDATE badge SET revoked_at = coalesce(revoked_at, clock_timestamp())
WHERE id = $1 AND festival_id = (SELECT id FROM festival WHERE state = 'current')
RETURNING id, label, created_at, revoked_at;
