-- name: companies
-- $1 a company or NULL for all.
SELECT id, name FROM company c WHERE ($1::bigint IS NULL OR id = $1)
  AND EXISTS (SELECT FROM account a WHERE a.company_id = c.id AND a.role = 'producer') ORDER BY name, id;

-- name: members
-- $1 companies.
SELECT id, company_id AS company, name, email, created_at AS joined_at FROM account
WHERE company_id = ANY($1::bigint[]) AND role = 'producer' AND disabled_at IS NULL ORDER BY company_id, id;

-- name: invitations
-- $1 companies, $2 now.
SELECT id, company_id AS company, name, email, sent_at, expires_at, expires_at <= $2 AS expired FROM invitation
WHERE company_id = ANY($1::bigint[]) ORDER BY company_id, sent_at DESC, id DESC;

-- name: hold_company
-- Who belongs to a company is changed by one at a time.
SELECT id FROM company WHERE id = $1 FOR NO KEY UPDATE;

-- name: member_ids
SELECT id FROM account WHERE company_id = $1 AND role = 'producer' AND disabled_at IS NULL ORDER BY id;

-- name: is_member
SELECT EXISTS (SELECT FROM account WHERE company_id = $1 AND email = $2 AND disabled_at IS NULL);

-- name: has_account
-- Of anybody, anywhere here: only the letter depends on it.
SELECT EXISTS (SELECT FROM account WHERE email = $1 AND disabled_at IS NULL);

-- name: save_invitation
-- $1 company, $2 address, $3 name, $4 who invites, $5 now, $6 end, $7 the most that may stand. One for an address: sent anew, it begins anew.
INSERT INTO invitation (company_id, email, name, invited_by, sent_at, expires_at)
SELECT $1, $2, $3, $4, $5, $6
WHERE (SELECT count(*) FROM invitation WHERE company_id = $1 AND email <> $2) < $7
ON CONFLICT (company_id, email) DO UPDATE SET
  name = excluded.name, invited_by = excluded.invited_by, sent_at = excluded.sent_at, expires_at = excluded.expires_at
RETURNING id, company_id AS company, name, email, sent_at, expires_at, false AS expired;

-- name: invitation
-- $1 an invitation, $2 a company or NULL for any.
SELECT id, company_id AS company, name, email, sent_at, expires_at, false AS expired FROM invitation
WHERE id = $1 AND ($2::bigint IS NULL OR company_id = $2) FOR UPDATE;

-- name: send_again
UPDATE invitation SET sent_at = $2, expires_at = $3 WHERE id = $1
RETURNING id, company_id AS company, name, email, sent_at, expires_at, false AS expired;

-- name: take_back
-- $1 an invitation, $2 a company or NULL for any.
DELETE FROM invitation WHERE id = $1 AND ($2::bigint IS NULL OR company_id = $2) RETURNING company_id;

-- name: company_name
SELECT name FROM company WHERE id = $1;

-- name: company_of
-- $1 a member, $2 a company or NULL for any.
SELECT company_id FROM account
WHERE id = $1 AND role = 'producer' AND disabled_at IS NULL AND ($2::bigint IS NULL OR company_id = $2);

-- name: remove_member
-- What they made stays theirs; their sessions and codes end.
WITH gone AS (UPDATE account SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL RETURNING id),
codes AS (UPDATE sign_in_code SET used_at = $2 WHERE account_id IN (SELECT id FROM gone) AND used_at IS NULL)
DELETE FROM session WHERE account_id IN (SELECT id FROM gone);
