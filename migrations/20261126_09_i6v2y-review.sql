-- Review: where ballots were asked for, what the checks have counted, voids and publication by two people
-- depends: 20261126_08_h5u9x-results

-- migrate: apply
-- From where a ballot was asked for: hashes keyed with the award's secret and the installation's, so that neither this
-- table nor the whole database tells a network or a device. Rows go when the award's secret goes. `network` is a /24 or
-- /48, that of the device's first request; NULL for this machine.
CREATE TABLE ballot_origin (
  ballot   bigint NOT NULL REFERENCES ballot,
  device   bytea NOT NULL CHECK (length(device) = 16),
  award_id bigint NOT NULL REFERENCES award,
  network  bytea CHECK (length(network) = 16),
  venue    boolean NOT NULL,
  PRIMARY KEY (ballot, device)
);
CREATE INDEX ballot_origin_by_network ON ballot_origin (award_id, network, ballot) WHERE NOT venue;

-- Votes of each minute for each entry by ballots whose holders were seen by nobody. A minute that was found odd is no
-- part of the history later minutes are compared with.
CREATE TABLE entry_minute (
  award_id bigint NOT NULL REFERENCES award,
  minute   timestamptz NOT NULL,
  entry    bigint NOT NULL,
  votes    int NOT NULL CHECK (votes > 0),
  odd      boolean NOT NULL DEFAULT false,
  PRIMARY KEY (award_id, minute, entry)
);
-- How far the checks of an award are.
CREATE TABLE award_watch (
  award_id    bigint PRIMARY KEY REFERENCES award,
  check_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  counted_to  timestamptz,
  finished_at timestamptz
);
COMMENT ON COLUMN award_watch.counted_to IS 'minutes before this are in entry_minute';
-- When people last changed what counts, and when the live board was last built knowing of it.
CREATE TABLE award_review (
  award_id    bigint PRIMARY KEY REFERENCES award,
  reviewed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  board_at    timestamptz
);

ALTER TABLE flag ADD COLUMN quarantined_at timestamptz;
ALTER TABLE void_request ADD COLUMN flag_id bigint REFERENCES flag;
CREATE INDEX void_request_by_award ON void_request (award_id);
CREATE INDEX ballot_reviewed ON ballot (award_id, id) WHERE quarantined_at IS NOT NULL OR barred_at IS NOT NULL;

-- Publishing takes two people as well. A review that changes the count takes the request back.
CREATE TABLE publish_request (
  award_id bigint PRIMARY KEY REFERENCES award,
  asked_by bigint NOT NULL REFERENCES account,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The votes that stand, one row for each entry they name: void ones and those of void ballots are left out, those under
-- review are not. `supports`: the upper half of a scale, a choice, of a ranking its first place.
CREATE VIEW standing_vote AS
SELECT l.award_id, l.ballot, b.tier, l.channel, e.entry, e.supports
FROM (SELECT DISTINCT ON (award_id, ballot, question) award_id, ballot, question, kind, value, choices, channel
      FROM vote_event ORDER BY award_id, ballot, question, revision DESC) l
JOIN ballot b ON b.id = l.ballot AND b.barred_at IS NULL
JOIN award a ON a.id = l.award_id
CROSS JOIN LATERAL (
  SELECT l.question AS entry, l.value * 2 > a.min_value + a.max_value AS supports WHERE l.choices IS NULL
  UNION ALL
  SELECT x.entry, x.place = 1 OR a.kind <> 'ranking' FROM unnest(l.choices) WITH ORDINALITY AS x(entry, place)) e
WHERE l.kind = 1;

ALTER TABLE audit_event ALTER COLUMN account_id DROP NOT NULL;
COMMENT ON COLUMN audit_event.account_id IS 'NULL: the service itself, by a rule that people were told of';

-- migrate: rollback
