-- name: session_by_token
-- $1 token hash, $2 now. Sessions end by age, by disuse and with the account.
SELECT a.id, a.email, a.name, a.role,
       CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('id', c.id, 'name', c.name) END AS company,
       s.id AS session, s.created_at AS began_at, s.last_seen_at, s.passkey_at,
       (SELECT count(*) FROM passkey p WHERE p.account_id = a.id) AS passkeys
FROM session s JOIN account a ON a.id = s.account_id LEFT JOIN company c ON c.id = a.company_id
WHERE s.token_hash = $1 AND s.expires_at > $2 AND a.disabled_at IS NULL;

-- name: touch_session
WITH seen AS (UPDATE session SET last_seen_at = $2 WHERE token_hash = $1 RETURNING account_id)
UPDATE account SET last_seen_at = $2 WHERE id = (SELECT account_id FROM seen);

-- name: save_session
-- $1 token hash, $2 account, $3 now, $4 end, $5 when it showed a passkey, $6 browser, $7 system.
INSERT INTO session (token_hash, account_id, created_at, last_seen_at, expires_at, passkey_at, browser, system)
VALUES ($1, $2, $3, $3, $4, $5, $6, $7)
RETURNING id, (SELECT count(*) FROM passkey WHERE account_id = $2) AS passkeys;

-- name: end_session
DELETE FROM session WHERE token_hash = $1;

-- name: account_by_email
SELECT id FROM account WHERE email = $1 AND disabled_at IS NULL;

-- name: account_by_id
SELECT a.id, a.email, a.name, a.role,
       CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('id', c.id, 'name', c.name) END AS company
FROM account a LEFT JOIN company c ON c.id = a.company_id WHERE a.id = $1 AND a.disabled_at IS NULL;

-- name: save_code
INSERT INTO sign_in_code (id, account_id, invitation_id, code_hash, browser_hash, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: retire_codes
-- $1 account, $2 invitation. A new code makes the earlier ones of the same kind useless.
UPDATE sign_in_code SET used_at = $3 WHERE (account_id = $1 OR invitation_id = $2) AND used_at IS NULL AND browser_hash IS NOT NULL;

-- name: try_code
-- $1 request. Counts the try first, so that parallel guesses are counted too.
UPDATE sign_in_code SET tries = tries + 1 WHERE id = $1
RETURNING account_id AS account, invitation_id AS invitation, code_hash, browser_hash, tries - 1 AS tries, expires_at, used_at;

-- name: try_issued_code
UPDATE sign_in_code SET tries = tries + 1 WHERE code_hash = $1 AND browser_hash IS NULL
RETURNING id, account_id AS account, code_hash, browser_hash, 0 AS tries, expires_at, used_at;

-- name: use_code
-- $1 id, $2 now. The row tells who was first when a code arrives twice.
UPDATE sign_in_code SET used_at = $2 WHERE id = $1 AND used_at IS NULL RETURNING id;

-- name: save_company
INSERT INTO company (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id;

-- name: save_account
INSERT INTO account (email, name, role, company_id) VALUES ($1, $2, $3, $4) ON CONFLICT (email) DO NOTHING RETURNING id;

-- name: count_accounts
SELECT count(*) FROM account WHERE disabled_at IS NULL;

-- name: note_sign_in
UPDATE account SET lang = $2, last_seen_at = $3 WHERE id = $1;

-- name: addressees_of
SELECT email, lang FROM account WHERE role = $1 AND disabled_at IS NULL ORDER BY id;

-- name: save_audit_event
INSERT INTO audit_event (account_id, action, object, detail) VALUES ($1, $2, $3, $4);

-- name: standing_invitation
-- $1 an address. Of several companies' the latest.
SELECT id FROM invitation WHERE email = $1 AND expires_at > $2 ORDER BY sent_at DESC, id DESC LIMIT 1;

-- name: take_invitation
-- $1 an invitation, $2 now. The row tells who was first.
DELETE FROM invitation WHERE id = $1 AND expires_at > $2 RETURNING company_id AS company, role, email, name;

-- name: join
-- $1 address, $2 name, $3 role, $4 company. A producer who had been removed comes back; anybody else's account stays as it is.
INSERT INTO account (email, name, role, company_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (email) DO UPDATE SET name = excluded.name, company_id = excluded.company_id, disabled_at = NULL
WHERE account.disabled_at IS NOT NULL AND account.role = 'producer' AND excluded.role = 'producer' RETURNING id;

-- name: list_sessions
-- $1 account, $2 now, $3 how long one may be idle.
SELECT id, browser, system, created_at AS began_at, last_seen_at, passkey_at IS NOT NULL AS by_passkey FROM session
WHERE account_id = $1 AND expires_at > $2 AND last_seen_at > $2 - $3::interval ORDER BY last_seen_at DESC, id DESC;

-- name: end_one
-- $1 account, $2 one of its sessions.
DELETE FROM session WHERE account_id = $1 AND id = $2 RETURNING id;

-- name: end_others
-- $1 account, $2 the session that stays.
DELETE FROM session WHERE account_id = $1 AND id <> $2;

-- name: end_all
-- $1 account, $2 now. Its codes end with its sessions.
WITH ended AS (DELETE FROM session WHERE account_id = $1)
UPDATE sign_in_code SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL;
