-- Voting: awards, entries, ballots and the append-only ledger
-- depends: 20261120_03_c8w4p-media

-- migrate: apply
CREATE TABLE award (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  festival_id bigint NOT NULL REFERENCES festival,
  slug        text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name        jsonb NOT NULL,
  kind        text NOT NULL DEFAULT 'stars' CHECK (kind IN ('stars')),
  min_value   smallint NOT NULL DEFAULT 1,
  max_value   smallint NOT NULL DEFAULT 5,
  opens_at    timestamptz NOT NULL,
  closes_at   timestamptz NOT NULL,
  grace       interval NOT NULL DEFAULT '60 seconds' CHECK (grace >= '0' AND grace <= '10 minutes'),
  board       text NOT NULL DEFAULT 'turnout' CHECK (board IN ('open', 'turnout', 'hidden')),
  created_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (festival_id, slug),
  CHECK (opens_at < closes_at),
  CHECK (min_value < max_value)
);

CREATE TABLE entry (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  award_id  bigint NOT NULL REFERENCES award,
  series_id bigint NOT NULL REFERENCES series,
  UNIQUE (award_id, series_id),
  UNIQUE (award_id, id)
);
CREATE INDEX entry_by_series ON entry (series_id);

-- voter_key is a keyed hash of whatever proved the right to vote; the proof itself is never stored.
CREATE TABLE ballot (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  award_id   bigint NOT NULL REFERENCES award,
  tier       text NOT NULL CHECK (tier IN ('badge', 'hall', 'email', 'device')),
  voter_key  bytea NOT NULL CHECK (length(voter_key) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (award_id, voter_key),
  UNIQUE (award_id, id)
);

CREATE TABLE vote_event (
  seq      bigint GENERATED ALWAYS AS IDENTITY,
  idem     uuid PRIMARY KEY,
  batch    uuid NOT NULL,
  award_id bigint NOT NULL,
  ballot   bigint NOT NULL,
  entry    bigint NOT NULL,
  kind     smallint NOT NULL CHECK (kind IN (1, 2)),
  value    smallint NOT NULL,
  channel  smallint NOT NULL CHECK (channel IN (1, 2)),
  cast_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  receipt  text NOT NULL UNIQUE CHECK (receipt ~ '^[2-9A-HJKMNP-TV-Z]{12}$'),
  FOREIGN KEY (award_id, ballot) REFERENCES ballot (award_id, id),
  FOREIGN KEY (award_id, entry) REFERENCES entry (award_id, id)
);
COMMENT ON COLUMN vote_event.idem IS 'made by the voter''s device at the tap (UUIDv7)';
COMMENT ON COLUMN vote_event.kind IS '1 cast, 2 void: a vote is never deleted, a later event takes its place';
COMMENT ON COLUMN vote_event.channel IS '1 phone, 2 kiosk';
COMMENT ON COLUMN vote_event.cast_at IS 'the database clock is the only clock of a vote';
CREATE INDEX vote_event_latest ON vote_event (award_id, ballot, entry, seq DESC) INCLUDE (value, kind);
CREATE INDEX vote_event_batch ON vote_event (award_id, cast_at, batch);

CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER vote_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON vote_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();

-- migrate: rollback
DROP TABLE vote_event, ballot, entry, award;
DROP FUNCTION refuse_ledger_change;
