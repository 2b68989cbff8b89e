-- Publication: what was proved of a count before it is published, when it is told, in which languages, and its protocol
-- depends: 20261127_26_b7p4r-paper

-- migrate: apply
ALTER TABLE award
  -- A published result stays sealed until this second: the ceremony's. NULL tells it at once.
  ADD COLUMN reveals_at timestamptz,
  -- The languages of the results page, the protocol and the ceremony, in this order.
  ADD COLUMN told_in text[] NOT NULL DEFAULT '{en,ru,zh}' CHECK (cardinality(told_in) BETWEEN 1 AND 3),
  -- Ballots the festival hopes for: a line in the picture of the turnout, nothing else.
  ADD COLUMN target int CHECK (target > 0);

-- Each time the count was proved: twice counted, the bundle built, the shipped verifier run on it. What it rests on is in
-- `ground`; a proof of other ground says nothing any more.
CREATE TABLE award_proof (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  award_id    bigint NOT NULL REFERENCES award,
  started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  step        text NOT NULL DEFAULT 'seal' CHECK (step IN ('seal', 'count', 'bundle', 'verify', 'done')),
  part        real NOT NULL DEFAULT 0 CHECK (part BETWEEN 0 AND 1),
  ground      text,
  size        bigint,
  root        bytea,
  ballots     bigint,
  lines       bigint,
  counted_at  timestamptz,
  verified_at timestamptz,
  bundle_size bigint,
  result_hash bytea CHECK (length(result_hash) = 32),
  -- Why it failed, and at which step; NULL where it did not.
  wrong       text,
  ended_at    timestamptz
);
CREATE INDEX award_proof_newest ON award_proof (award_id, id DESC);

-- What a notary would want, word for word as it was published.
CREATE TABLE award_protocol (
  award_id bigint PRIMARY KEY REFERENCES award,
  text     text NOT NULL
);
CREATE TRIGGER award_protocol_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON award_protocol
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
REVOKE UPDATE, DELETE, TRUNCATE ON award_protocol FROM CURRENT_USER;

-- A result in an envelope for the screens of its ceremony, and the code that opens it without a network.
CREATE TABLE ceremony (
  award_id bigint PRIMARY KEY REFERENCES award,
  code     text NOT NULL CHECK (length(code) = 10),
  salt     bytea NOT NULL CHECK (length(salt) = 16),
  envelope bytea NOT NULL
);

-- migrate: rollback
DROP TABLE ceremony, award_protocol, award_proof;
ALTER TABLE award DROP COLUMN reveals_at, DROP COLUMN told_in, DROP COLUMN target;
