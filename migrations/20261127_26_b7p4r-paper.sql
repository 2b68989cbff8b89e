-- Paper: ballots of paper, keyed in batches and read by two people; the audit log as a chain
-- depends: 20261127_27_r6y2k-festival-years

-- migrate: apply
ALTER TABLE award
  DROP CONSTRAINT award_tiers_check,
  ADD CONSTRAINT award_tiers_check CHECK (cardinality(tiers) > 0 AND tiers <@ '{badge,hall,email,device,kiosk,paper}'),
  -- Until when sheets may be keyed; part of the published rules.
  ADD COLUMN paper_until timestamptz,
  ADD CONSTRAINT award_paper_check CHECK (paper_until >= closes_at);

-- Sheets of paper that lie in one envelope. They count when a second person has said that they were read right.
CREATE TABLE paper_batch (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  award_id     bigint NOT NULL REFERENCES award,
  -- Made by the page that opened it, so that asking twice opens one.
  request      uuid NOT NULL UNIQUE,
  -- Written on the envelope.
  number       int NOT NULL CHECK (number > 0),
  place        text NOT NULL CHECK (length(place) <= 200),
  screening_id bigint REFERENCES screening,
  -- Where all sheets are about one entry.
  entry_id     bigint REFERENCES entry,
  sheets       smallint NOT NULL CHECK (sheets BETWEEN 1 AND 500),
  how          text NOT NULL CHECK (how IN ('rekey', 'sample')),
  -- Sheets that are read a second time, drawn when the first reading is done.
  places       smallint[] NOT NULL DEFAULT '{}',
  opened_by    bigint NOT NULL REFERENCES account,
  opened_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  keyed_by     bigint REFERENCES account,
  keyed_at     timestamptz,
  -- When the two readings were found to differ.
  differ_at    timestamptz,
  counted_by   bigint REFERENCES account,
  counted_at   timestamptz,
  refused_by   bigint REFERENCES account,
  refused_at   timestamptz,
  words        text CHECK (length(words) BETWEEN 1 AND 1000),
  photo        uuid,
  UNIQUE (award_id, number),
  CHECK (place <> '' OR screening_id IS NOT NULL),
  CHECK (counted_at IS NULL OR refused_at IS NULL),
  CHECK (counted_by <> opened_by AND counted_by <> keyed_by),
  CHECK ((refused_at IS NULL) = (words IS NULL))
);
-- What somebody read on a sheet. `marks` is NULL where a reading was taken back.
CREATE TABLE paper_sheet (
  batch_id bigint NOT NULL REFERENCES paper_batch,
  reading  smallint NOT NULL CHECK (reading IN (1, 2, 3)),
  place    smallint NOT NULL CHECK (place > 0),
  id       uuid NOT NULL,
  -- Grows with every change on the device, so that what comes late changes nothing.
  turn     int NOT NULL CHECK (turn > 0),
  marks    jsonb,
  keyed_by bigint NOT NULL REFERENCES account,
  keyed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (batch_id, reading, place)
);
COMMENT ON COLUMN paper_sheet.reading IS '1 who keyed it, 2 the second person, 3 what both agreed on where those differ';

ALTER TABLE ballot
  DROP CONSTRAINT ballot_tier_check,
  ADD CONSTRAINT ballot_tier_check CHECK (tier IN ('badge', 'hall', 'email', 'device', 'kiosk', 'paper')),
  ADD COLUMN paper_id bigint REFERENCES paper_batch;
CREATE INDEX ballot_by_paper ON ballot (paper_id) WHERE paper_id IS NOT NULL;
ALTER TABLE vote_event
  DROP CONSTRAINT IF EXISTS vote_event_channel_check1,
  DROP CONSTRAINT IF EXISTS vote_event_channel_check,
  ADD CONSTRAINT vote_event_channel_check CHECK (channel IN (1, 2, 3));
COMMENT ON COLUMN vote_event.channel IS '1 phone, 2 kiosk, 3 paper';

-- The audit log as a chain: each line's hash takes in the one before, in the order in which they were committed.
CREATE TABLE audit_link (
  seq      bigint PRIMARY KEY CHECK (seq > 0),
  event_id bigint NOT NULL UNIQUE REFERENCES audit_event,
  hash     bytea NOT NULL CHECK (length(hash) = 32)
);
CREATE FUNCTION audit_line(e audit_event) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array(e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.account_id, e.action, e.object,
                           e.detail)::text
$$;
CREATE FUNCTION link_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before audit_link;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('tallscreen-audit', 0));
  SELECT * INTO before FROM audit_link ORDER BY seq DESC LIMIT 1;
  INSERT INTO audit_link (seq, event_id, hash)
  VALUES (coalesce(before.seq, 0) + 1, NEW.id, sha256(coalesce(before.hash, '') || convert_to(audit_line(NEW), 'UTF8')));
  RETURN NULL;
END $$;
-- When the transaction ends: nobody waits longer for another's line than a commit takes.
CREATE CONSTRAINT TRIGGER audit_event_linked AFTER INSERT ON audit_event DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION link_audit_event();
DO $$
DECLARE
  line audit_event;
  place bigint := 0;
  head bytea := '';
BEGIN
  FOR line IN SELECT * FROM audit_event ORDER BY id LOOP
    place := place + 1;
    head := sha256(head || convert_to(audit_line(line), 'UTF8'));
    INSERT INTO audit_link (seq, event_id, hash) VALUES (place, line.id, head);
  END LOOP;
END $$;
CREATE TRIGGER audit_link_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
REVOKE UPDATE, DELETE, TRUNCATE ON audit_link FROM CURRENT_USER;
CREATE INDEX audit_event_by_account ON audit_event (account_id, id);
CREATE INDEX audit_event_by_object ON audit_event (object text_pattern_ops, id);

-- migrate: rollback
DROP TRIGGER audit_event_linked ON audit_event;
DROP TABLE audit_link;
DROP FUNCTION link_audit_event, audit_line;
DROP INDEX audit_event_by_account, audit_event_by_object;
ALTER TABLE ballot DROP COLUMN paper_id;
DROP TABLE paper_sheet, paper_batch;
ALTER TABLE award DROP COLUMN paper_until;
