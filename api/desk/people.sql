-- name: list_people
-- $1 the last one seen or 0, $2 a role or NULL, $3 a pattern or NULL, $4 how many.
SELECT a.id, a.name, a.email, a.role,
       CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('id', c.id, 'name', c.name) END AS company,
       a.created_at AS joined_at, a.last_seen_at, a.disabled_at,
       (SELECT count(*) FROM passkey p WHERE p.account_id = a.id) AS passkeys
FROM account a LEFT JOIN company c ON c.id = a.company_id
WHERE ($1::bigint = 0 OR (lower(a.name), a.id) > (SELECT lower(name), id FROM account WHERE id = $1))
  AND ($2::text IS NULL OR a.role = $2)
  AND ($3::text IS NULL OR a.name ILIKE $3 OR a.email ILIKE $3 OR c.name ILIKE $3)
ORDER BY lower(a.name), a.id LIMIT $4;

-- name: person
SELECT a.id, a.name, a.email, a.role,
       CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('id', c.id, 'name', c.name) END AS company,
       a.created_at AS joined_at, a.last_seen_at, a.disabled_at,
       (SELECT count(*) FROM passkey p WHERE p.account_id = a.id) AS passkeys
FROM account a LEFT JOIN company c ON c.id = a.company_id WHERE a.id = $1;

-- name: hold_organisers
-- Who is an organiser is changed by one at a time.
SELECT id FROM account WHERE role = 'organiser' AND disabled_at IS NULL ORDER BY id FOR NO KEY UPDATE;

-- name: change_role
-- $1 account, $2 role, $3 company.
UPDATE account SET role = $2, company_id = $3 WHERE id = $1;

-- name: disable
-- $1 account, $2 now. The row tells whether it was new.
UPDATE account SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL RETURNING id;

-- name: enable
UPDATE account SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL RETURNING id;

-- name: language_of
SELECT lang FROM account WHERE id = $1;

-- name: festival_name
SELECT name FROM festival WHERE state = 'current';

-- name: standing_account
-- Of an address; whether it is disabled.
SELECT disabled_at IS NOT NULL AS disabled FROM account WHERE email = $1;

-- name: list_invitations
-- $1 the last one seen or 0, $2 now, $3 how many.
SELECT i.id, i.name, i.email, i.role, i.lang, i.sent_at, i.expires_at, i.expires_at <= $2 AS expired,
       CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('id', c.id, 'name', c.name) END AS company
FROM invitation i LEFT JOIN company c ON c.id = i.company_id
WHERE $1::bigint = 0 OR i.id < $1 ORDER BY i.id DESC LIMIT $3;

-- name: invitation
-- $1 an invitation, $2 now.
SELECT i.id, i.name, i.email, i.role, i.lang, i.sent_at, i.expires_at, i.expires_at <= $2 AS expired,
       CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('id', c.id, 'name', c.name) END AS company
FROM invitation i LEFT JOIN company c ON c.id = i.company_id WHERE i.id = $1;

-- name: invite_to_company
-- $1 company, $2 address, $3 name, $4 language, $5 who invites, $6 now, $7 end.
INSERT INTO invitation (company_id, role, email, name, lang, invited_by, sent_at, expires_at)
VALUES ($1, 'producer', $2, $3, $4, $5, $6, $7)
ON CONFLICT (company_id, email) DO UPDATE SET name = excluded.name, lang = excluded.lang,
  invited_by = excluded.invited_by, sent_at = excluded.sent_at, expires_at = excluded.expires_at RETURNING id;

-- name: invite_to_role
-- $1 role, $2 address, $3 name, $4 language, $5 who invites, $6 now, $7 end. The later word stands.
INSERT INTO invitation (role, email, name, lang, invited_by, sent_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (email) WHERE company_id IS NULL DO UPDATE SET role = excluded.role, name = excluded.name, lang = excluded.lang,
  invited_by = excluded.invited_by, sent_at = excluded.sent_at, expires_at = excluded.expires_at RETURNING id;

-- name: send_again
UPDATE invitation SET sent_at = $2, expires_at = $3 WHERE id = $1 RETURNING id;

-- name: take_back
DELETE FROM invitation WHERE id = $1 RETURNING role;

-- name: list_companies
-- $1 the last one seen or 0, $2 a pattern or NULL, $3 how many.
SELECT c.id, c.name,
       (SELECT count(*) FROM account a WHERE a.company_id = c.id AND a.disabled_at IS NULL) AS people,
       (SELECT count(*) FROM series s WHERE s.company_id = c.id) AS series
FROM company c
WHERE ($1::bigint = 0 OR (lower(c.name), c.id) > (SELECT lower(name), id FROM company WHERE id = $1))
  AND ($2::text IS NULL OR c.name ILIKE $2)
ORDER BY lower(c.name), c.id LIMIT $3;

-- name: company
SELECT c.id, c.name,
       (SELECT count(*) FROM account a WHERE a.company_id = c.id AND a.disabled_at IS NULL) AS people,
       (SELECT count(*) FROM series s WHERE s.company_id = c.id) AS series
FROM company c WHERE c.id = $1;

-- name: hold_companies
SELECT id FROM company WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE;

-- name: company_named
SELECT id FROM company WHERE name = $1;

-- name: rename_company
UPDATE company SET name = $2 WHERE id = $1;

-- name: move_people
UPDATE account SET company_id = $2 WHERE company_id = $1;

-- name: move_series
UPDATE series SET company_id = $2 WHERE company_id = $1;

-- name: drop_invited_twice
-- $1 the company that goes, $2 the one that stays.
DELETE FROM invitation i WHERE i.company_id = $1
  AND EXISTS (SELECT FROM invitation k WHERE k.company_id = $2 AND k.email = i.email);

-- name: move_invitations
UPDATE invitation SET company_id = $2 WHERE company_id = $1;

-- name: drop_company
DELETE FROM company WHERE id = $1;
