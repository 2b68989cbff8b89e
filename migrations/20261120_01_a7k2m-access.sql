-- Access: companies, accounts, sessions, sign-in codes, devices
-- depends:

-- migrate: apply
CREATE TABLE company (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name    text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200)
);

CREATE TABLE account (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email       text NOT NULL UNIQUE CHECK (email = lower(email)),
  name        text NOT NULL,
  role        text NOT NULL CHECK (role IN ('producer', 'juror', 'organiser', 'auditor')),
  company_id  bigint REFERENCES company,
  created_at  timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  CHECK (role <> 'producer' OR company_id IS NOT NULL)
);

-- Only hashes of secrets are stored: a copy of this database opens no session.
CREATE TABLE session (
  token_hash   bytea PRIMARY KEY,
  account_id   bigint NOT NULL REFERENCES account ON DELETE CASCADE,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL
);
CREATE INDEX session_by_account ON session (account_id);

-- account_id is NULL for an address nobody has: the answer must not tell the two apart.
-- browser_hash is NULL for codes an operator issued; those are long enough to need no binding.
CREATE TABLE sign_in_code (
  id           uuid PRIMARY KEY,
  account_id   bigint REFERENCES account ON DELETE CASCADE,
  code_hash    bytea NOT NULL,
  browser_hash bytea,
  tries        smallint NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  used_at      timestamptz
);
CREATE INDEX sign_in_code_issued ON sign_in_code (code_hash) WHERE browser_hash IS NULL;

-- migrate: rollback
DROP TABLE sign_in_code, session, account, company;
