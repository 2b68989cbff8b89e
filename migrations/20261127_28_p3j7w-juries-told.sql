-- What a jury decided becomes public: how it is told, who asked for it, its result and protocol, its ceremony
-- depends: 20261127_24_r4w8d-review

-- migrate: apply
-- What jurors may watch: nothing of a round that is still prepared, and nothing of a festival that is over or has not begun.
CREATE OR REPLACE VIEW juror_series AS
  SELECT c.shortlist_id, c.account_id, c.series_id FROM jury_cell c JOIN shortlist l ON l.id = c.shortlist_id
  JOIN festival f ON f.id = l.festival_id AND f.state = 'current' WHERE l.phase <> 'preparing';

-- As of an award of the audience: the second until which a published result stays sealed, and the languages it is told in.
ALTER TABLE jury
  ADD COLUMN reveals_at timestamptz,
  ADD COLUMN told_in text[] NOT NULL DEFAULT '{en,ru,zh}' CHECK (cardinality(told_in) BETWEEN 1 AND 3);

-- `result_hash`: what was asked for. A decision that is taken anew has to be asked for anew.
CREATE TABLE jury_request (
  jury_id     bigint PRIMARY KEY REFERENCES jury,
  asked_by    bigint NOT NULL REFERENCES account,
  asked_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  result_hash bytea NOT NULL CHECK (length(result_hash) = 32)
);

-- Result and protocol, word for word as they were published.
CREATE TABLE jury_result (
  jury_id      bigint PRIMARY KEY REFERENCES jury,
  text         text NOT NULL,
  protocol     text NOT NULL,
  published_by bigint NOT NULL REFERENCES account,
  published_at timestamptz NOT NULL
);
CREATE TRIGGER jury_result_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON jury_result
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
REVOKE UPDATE, DELETE, TRUNCATE ON jury_result FROM CURRENT_USER;

CREATE TABLE jury_ceremony (
  jury_id  bigint PRIMARY KEY REFERENCES jury,
  code     text NOT NULL CHECK (length(code) = 10),
  salt     bytea NOT NULL CHECK (length(salt) = 16),
  envelope bytea NOT NULL
);

-- migrate: rollback
DROP TABLE jury_ceremony, jury_result, jury_request;
ALTER TABLE jury DROP COLUMN told_in, DROP COLUMN reveals_at;
CREATE OR REPLACE VIEW juror_series AS
  SELECT c.shortlist_id, c.account_id, c.series_id FROM jury_cell c JOIN shortlist l ON l.id = c.shortlist_id WHERE l.phase <> 'preparing';
