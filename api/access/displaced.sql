-- name: hold_account
SELECT id FROM account WHERE id = $1 FOR NO KEY UPDATE;

-- name: displace_sessions
-- $1 an account, $2 how many sessions it may have, $3 now, $4 since when a session has to have been used. Those that are used no more go first, then the oldest.
WITH gone AS (
  DELETE FROM session WHERE account_id = $1 AND token_hash NOT IN (
    SELECT token_hash FROM session WHERE account_id = $1 AND expires_at > $3
    ORDER BY (last_seen_at > $4) DESC, created_at DESC LIMIT $2)
  RETURNING token_hash)
INSERT INTO session_displaced (token_hash, at) SELECT token_hash, $3 FROM gone ON CONFLICT (token_hash) DO NOTHING;

-- name: forget_displaced
-- $1 a moment: nobody asks with a session that old.
DELETE FROM session_displaced WHERE at < $1;

-- name: was_displaced
SELECT EXISTS (SELECT FROM session_displaced WHERE token_hash = $1);
