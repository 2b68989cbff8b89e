-- Ballots: six kinds, strata, rules that are frozen, the sealed log, flags and voids
-- depends: 20261120_06_f3k8q-tiers

-- migrate: apply
ALTER TABLE award
  DROP CONSTRAINT award_kind_check,
  DROP CONSTRAINT award_check1,
  ADD CONSTRAINT award_kind_check CHECK (kind IN ('stars', 'grades', 'yesno', 'favourite', 'approval', 'ranking')),
  ADD CONSTRAINT award_values_check CHECK (min_value <= max_value),
  -- Who may vote, and how much one ballot of each tier weighs (1 where it is not named).
  ADD COLUMN tiers text[] NOT NULL DEFAULT '{device}'
    CHECK (cardinality(tiers) > 0 AND tiers <@ '{badge,hall,email,device,kiosk}'),
  ADD COLUMN weights jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN method text NOT NULL DEFAULT 'mean',
  -- {"rule": "none"} | {"rule": "count", "votes": n} | {"rule": "share", "share": s} | {"rule": "auto"}
  ADD COLUMN minimum jsonb NOT NULL DEFAULT '{"rule": "none"}',
  -- {"episodes": n, "share": s}: what has to be watched of an entry, whichever comes first; NULL asks for nothing.
  ADD COLUMN watch jsonb,
  ADD COLUMN receipts boolean NOT NULL DEFAULT true,
  ADD COLUMN published_at timestamptz;
COMMENT ON COLUMN award.min_value IS 'stars, grades, yes or no: the least value; favourite, approval, ranking: the fewest choices';

ALTER TABLE entry
  ADD COLUMN episode_id bigint REFERENCES episode,
  -- How many people saw it in the hall, where somebody counted.
  ADD COLUMN attendance int CHECK (attendance >= 0),
  DROP CONSTRAINT entry_award_id_series_id_key,
  ADD CONSTRAINT entry_once UNIQUE NULLS NOT DISTINCT (award_id, series_id, episode_id);

-- What a voter's key and the pseudonyms in the public file are made with. It is destroyed 30 days after publication.
CREATE TABLE award_secret (
  award_id bigint PRIMARY KEY REFERENCES award,
  secret   bytea NOT NULL CHECK (length(secret) = 32)
);
INSERT INTO award_secret
SELECT id, sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')) FROM award;

ALTER TABLE ballot
  DROP CONSTRAINT ballot_tier_check,
  ADD CONSTRAINT ballot_tier_check CHECK (tier IN ('badge', 'hall', 'email', 'device', 'kiosk')),
  -- Under review: its votes wait and are published as a number.
  ADD COLUMN quarantined_at timestamptz,
  -- Void, by two people: its votes have void events behind them and it can cast no more.
  ADD COLUMN barred_at timestamptz;

CREATE INDEX ballot_quarantined ON ballot (id) WHERE quarantined_at IS NOT NULL;
CREATE INDEX ballot_barred ON ballot (id) WHERE barred_at IS NOT NULL;

-- The ledger anew: a question is an entry, or 0 where the whole ballot is one question (favourite, approval, ranking).
-- `revision` counts the events of one ballot and question from 1; its key settles races, the highest counts.
-- There are no foreign keys: the statement that stores votes joins what they would check, at a tenth of the price.
ALTER TABLE vote_event RENAME TO vote_event_before;
ALTER INDEX vote_event_pkey RENAME TO vote_event_before_pkey;
ALTER INDEX vote_event_receipt_key RENAME TO vote_event_before_receipt_key;
ALTER INDEX vote_event_batch RENAME TO vote_event_before_batch;
CREATE TABLE vote_event (
  idem     uuid NOT NULL CONSTRAINT vote_event_idem PRIMARY KEY,
  batch    uuid NOT NULL,
  award_id bigint NOT NULL,
  ballot   bigint NOT NULL,
  question bigint NOT NULL,
  revision int NOT NULL CHECK (revision > 0),
  kind     smallint NOT NULL CHECK (kind IN (1, 2)),
  value    smallint,
  choices  bigint[],
  channel  smallint NOT NULL CHECK (channel IN (1, 2)),
  cast_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  receipt  text NOT NULL CONSTRAINT vote_event_receipt UNIQUE CHECK (length(receipt) = 12),
  CHECK (kind = 2 OR (value IS NULL) <> (choices IS NULL)),
  CONSTRAINT vote_event_revision UNIQUE (award_id, ballot, question, revision) INCLUDE (kind, value, choices)
);
INSERT INTO vote_event
SELECT idem, batch, award_id, ballot, entry, row_number() OVER (PARTITION BY ballot, entry ORDER BY seq), kind, value, NULL,
       channel, cast_at, receipt
FROM vote_event_before;
DROP TABLE vote_event_before;
COMMENT ON COLUMN vote_event.idem IS 'made by the voter''s device at the tap (UUIDv7)';
COMMENT ON COLUMN vote_event.kind IS '1 cast, 2 void: a vote is never deleted, a later event takes its place';
COMMENT ON COLUMN vote_event.choices IS 'entries in the order of the voter''s preference';
COMMENT ON COLUMN vote_event.channel IS '1 phone, 2 kiosk';
COMMENT ON COLUMN vote_event.cast_at IS 'the database clock is the only clock of a vote';
-- Rows lie in the order they came, so a few bytes per hundred of them are enough to find the latest.
CREATE INDEX vote_event_recent ON vote_event USING brin (cast_at) WITH (pages_per_range = 16);
CREATE TRIGGER vote_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON vote_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
-- The owner may not either; the trigger stands for those whom rights do not bind.
REVOKE UPDATE, DELETE, TRUNCATE ON vote_event, audit_event FROM CURRENT_USER;

-- A viewer has seen enough of an entry. A fact, so it outlives Redis, where it was counted.
CREATE TABLE watched (
  ballot     bigint NOT NULL REFERENCES ballot,
  entry      bigint NOT NULL REFERENCES entry,
  watched_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (ballot, entry)
);

CREATE TABLE badge (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  festival_id bigint NOT NULL REFERENCES festival,
  -- Only the hash of what is printed; `label` is what people may read out, such as a serial number.
  token_hash  bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  label       text NOT NULL CHECK (length(label) BETWEEN 1 AND 80),
  created_at  timestamptz NOT NULL DEFAULT now(),
  revoked_at  timestamptz
);

-- A showing in a hall. Its screen shows a code that changes every 30 seconds, made from `secret`.
CREATE TABLE screening (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  festival_id bigint NOT NULL REFERENCES festival,
  name        jsonb NOT NULL,
  starts_at   timestamptz NOT NULL,
  ends_at     timestamptz NOT NULL,
  head_count  int CHECK (head_count >= 0),
  secret      bytea NOT NULL CHECK (length(secret) = 32),
  CHECK (starts_at < ends_at)
);
ALTER TABLE ballot ADD COLUMN screening_id bigint REFERENCES screening;
CREATE INDEX ballot_by_screening ON ballot (screening_id) WHERE screening_id IS NOT NULL;

-- A code sent by mail for one ballot. The address is not here, only what became of it.
CREATE TABLE ballot_code (
  id         uuid PRIMARY KEY,
  award_id   bigint NOT NULL REFERENCES award,
  voter_key  bytea NOT NULL CHECK (length(voter_key) = 32),
  code_hash  bytea NOT NULL,
  tries      smallint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX ballot_code_by_voter ON ballot_code (award_id, voter_key, created_at DESC);

-- The rules as they were published when voting opened; leaf 0 of the award's log.
CREATE TABLE award_rules (
  award_id     bigint PRIMARY KEY REFERENCES award,
  text         text NOT NULL,
  sha256       bytea NOT NULL CHECK (length(sha256) = 32),
  published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The award's log, in the order it was sealed: RFC 9162 leaves. `idem` is NULL for the rules.
CREATE TABLE sealed (
  award_id  bigint NOT NULL REFERENCES award,
  log_index bigint NOT NULL CHECK (log_index >= 0),
  idem      uuid CONSTRAINT sealed_idem UNIQUE,
  leaf      text NOT NULL,
  PRIMARY KEY (award_id, log_index)
);
CREATE TABLE checkpoint (
  award_id  bigint NOT NULL REFERENCES award,
  size      bigint NOT NULL CHECK (size > 0),
  root      bytea NOT NULL CHECK (length(root) = 32),
  note      text NOT NULL,
  sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  mailed_at timestamptz,
  PRIMARY KEY (award_id, size)
);
CREATE TRIGGER sealed_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON sealed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER award_rules_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON award_rules
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
REVOKE UPDATE, DELETE, TRUNCATE ON sealed, award_rules FROM CURRENT_USER;

-- What a check found odd, with its numbers, and what people made of it.
CREATE TABLE flag (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  award_id    bigint NOT NULL REFERENCES award,
  what        text NOT NULL CHECK (what IN ('burst', 'single_entry', 'one_network', 'many_devices', 'too_fast', 'channels')),
  subject     text NOT NULL,
  ballots     bigint[] NOT NULL,
  numbers     jsonb NOT NULL,
  raised_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at  timestamptz,
  settled_by  bigint REFERENCES account,
  outcome     text CHECK (outcome IN ('dismissed', 'void')),
  UNIQUE (award_id, what, subject),
  CHECK ((settled_at IS NULL) = (outcome IS NULL))
);

-- Voiding takes two people: one asks and gives a reason, another agrees or refuses.
CREATE TABLE void_request (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  award_id   bigint NOT NULL REFERENCES award,
  ballots    bigint[] NOT NULL CHECK (cardinality(ballots) > 0),
  reason     text NOT NULL CHECK (reason IN ('automated', 'shared_token', 'bought', 'staff', 'other')),
  words      text NOT NULL CHECK (length(words) BETWEEN 1 AND 1000),
  asked_by   bigint NOT NULL REFERENCES account,
  asked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_by bigint REFERENCES account,
  decided_at timestamptz,
  agreed     boolean,
  CHECK (decided_by <> asked_by),
  CHECK ((decided_at IS NULL) = (agreed IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))
);

-- migrate: rollback
