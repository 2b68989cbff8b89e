-- People: invitations to every role, passkeys, and sessions that tell what they were opened on and how
-- depends: 20261127_22_z1s4g-screeners

-- migrate: apply
-- `passkey_at` is when the holder last answered with a passkey in this session; a code leaves it empty.
ALTER TABLE session
  ADD COLUMN id         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  ADD COLUMN passkey_at timestamptz,
  ADD COLUMN browser    text NOT NULL DEFAULT '',
  ADD COLUMN system     text NOT NULL DEFAULT '';

ALTER TABLE account ADD COLUMN last_seen_at timestamptz;
UPDATE account SET last_seen_at = (SELECT max(last_seen_at) FROM session WHERE account_id = account.id);
CREATE INDEX account_by_name ON account (lower(name), id);

-- Only public keys: nobody signs in with a copy of this table.
CREATE TABLE passkey (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
  credential bytea NOT NULL UNIQUE CHECK (length(credential) BETWEEN 1 AND 1023),
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL CHECK (sign_count >= 0),
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  synced     boolean NOT NULL,
  made_at    timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX passkey_by_account ON passkey (account_id);

-- Challenges prove themselves; only those that were answered are kept until they would have expired.
CREATE TABLE answered_challenge (
  challenge  bytea PRIMARY KEY,
  expires_at timestamptz NOT NULL
);

-- A company's people are invited by the company or the desk, all others by the desk alone.
ALTER TABLE invitation
  ALTER COLUMN company_id DROP NOT NULL,
  ADD COLUMN role text NOT NULL DEFAULT 'producer' CHECK (role IN ('producer', 'juror', 'organiser', 'auditor')),
  ADD COLUMN lang text,
  ADD CHECK ((role = 'producer') = (company_id IS NOT NULL));
CREATE UNIQUE INDEX invitation_to_role ON invitation (email) WHERE company_id IS NULL;

-- migrate: rollback
DELETE FROM invitation WHERE company_id IS NULL;
DROP INDEX invitation_to_role;
ALTER TABLE invitation DROP COLUMN role, DROP COLUMN lang, ALTER COLUMN company_id SET NOT NULL;
DROP TABLE answered_challenge, passkey;
DROP INDEX account_by_name;
ALTER TABLE account DROP COLUMN last_seen_at;
ALTER TABLE session DROP COLUMN id, DROP COLUMN passkey_at, DROP COLUMN browser, DROP COLUMN system;
