-- Jury and desk: shortlists, assignments, the audit log
-- depends: 20261120_04_d5n7x-voting

-- migrate: apply
CREATE TABLE shortlist (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  festival_id bigint NOT NULL REFERENCES festival,
  name        jsonb NOT NULL,
  round       smallint NOT NULL DEFAULT 1 CHECK (round > 0)
);
CREATE TABLE shortlist_series (
  shortlist_id bigint NOT NULL REFERENCES shortlist ON DELETE CASCADE,
  series_id    bigint NOT NULL REFERENCES series,
  PRIMARY KEY (shortlist_id, series_id)
);
CREATE INDEX shortlist_by_series ON shortlist_series (series_id);
CREATE TABLE assignment (
  shortlist_id bigint NOT NULL REFERENCES shortlist ON DELETE CASCADE,
  account_id   bigint NOT NULL REFERENCES account ON DELETE CASCADE,
  assigned_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shortlist_id, account_id)
);
CREATE INDEX assignment_by_account ON assignment (account_id);

CREATE TABLE audit_event (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  account_id bigint NOT NULL REFERENCES account,
  action     text NOT NULL,
  object     text NOT NULL,
  detail     jsonb NOT NULL DEFAULT '{}'
);
CREATE TRIGGER audit_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();

-- migrate: rollback
DROP TABLE audit_event, assignment, shortlist_series, shortlist;
