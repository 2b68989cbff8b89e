-- Screeners: the keys of unreleased packages, who was given which, and sessions that ended for a newer device
-- depends: 20261127_21_y9t5r-jury-room

-- migrate: apply
-- The AES key of a package, itself encrypted with a key of the server's secret: a copy of this database opens no film.
CREATE TABLE screener_key (
  package_id uuid PRIMARY KEY REFERENCES package,
  sealed     bytea NOT NULL,
  made_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What jurors were given. `session` is the beginning of the session's hash: it tells devices apart and opens nothing.
CREATE TABLE screener_access (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  account_id bigint NOT NULL REFERENCES account,
  session    text NOT NULL CHECK (session ~ '^[0-9a-f]{8}$'),
  package_id uuid NOT NULL REFERENCES package,
  what       text NOT NULL CHECK (what IN ('playlist', 'key')),
  part       text NOT NULL DEFAULT ''
);
COMMENT ON COLUMN screener_access.part IS 'the playlist asked for, within the package';
CREATE INDEX screener_access_by_account ON screener_access (account_id, id);
CREATE TRIGGER screener_access_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON screener_access
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();

-- Why a session is no more, for the sentence its device is told.
CREATE TABLE session_displaced (
  token_hash bytea PRIMARY KEY,
  at         timestamptz NOT NULL
);

-- migrate: rollback
DROP TABLE session_displaced, screener_access, screener_key;
