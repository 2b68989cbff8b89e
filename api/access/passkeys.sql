-- name: list_passkeys
SELECT id, name, synced, made_at, used_at FROM passkey WHERE account_id = $1 ORDER BY id;

-- name: credentials_of
SELECT credential FROM passkey WHERE account_id = $1 ORDER BY id;

-- name: hold_account
-- Which passkeys an account has is changed by one at a time.
SELECT role FROM account WHERE id = $1 FOR NO KEY UPDATE;

-- name: save_passkey
-- $1 account, $2 credential, $3 public key, $4 counter, $5 name, $6 whether copies of it are kept, $7 now.
INSERT INTO passkey (account_id, credential, public_key, sign_count, name, synced, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (credential) DO NOTHING RETURNING id, name, synced, made_at, used_at;

-- name: rename_passkey
-- $1 account, $2 passkey, $3 name.
UPDATE passkey SET name = $3 WHERE account_id = $1 AND id = $2 RETURNING id, name, synced, made_at, used_at;

-- name: remove_passkey
-- $1 account, $2 passkey.
DELETE FROM passkey WHERE account_id = $1 AND id = $2 RETURNING id;

-- name: forget_passkeys
DELETE FROM passkey WHERE account_id = $1;

-- name: passkey_by_credential
-- Held until its counter is written.
SELECT p.id, p.account_id AS account, p.public_key, p.sign_count FROM passkey p JOIN account a ON a.id = p.account_id
WHERE p.credential = $1 AND a.disabled_at IS NULL FOR UPDATE OF p;

-- name: note_use
-- $1 passkey, $2 counter, $3 whether copies of it are kept, $4 now.
UPDATE passkey SET sign_count = $2, synced = $3, used_at = $4 WHERE id = $1;

-- name: note_proof
-- $1 session, $2 now.
UPDATE session SET passkey_at = $2 WHERE id = $1;

-- name: take_challenge
-- $1 challenge, $2 its end. The row tells who was first.
INSERT INTO answered_challenge (challenge, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true;

-- name: drop_challenges
-- $1 now. Those that are over refuse themselves.
DELETE FROM answered_challenge WHERE expires_at < $1;
