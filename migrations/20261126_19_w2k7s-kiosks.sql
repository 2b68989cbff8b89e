-- Kiosks: pairing, what a screen plays, the journal of votes cast there, proof of play, continuing on a phone
-- depends: 20261126_14_p5k3w-summaries

-- migrate: apply
-- What screens play, hour by hour: playlists, age limits and sleep, as the desk's editor writes them.
CREATE TABLE programme (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  festival_id bigint NOT NULL REFERENCES festival,
  name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  plan        jsonb NOT NULL,
  updated_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX programme_name ON programme (festival_id, lower(name));

-- A screen in the hall. Its private key never leaves it; who has only this row cannot speak for it.
CREATE TABLE kiosk (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  festival_id  bigint NOT NULL REFERENCES festival,
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  place        text NOT NULL DEFAULT '' CHECK (length(place) <= 200),
  public_key   bytea NOT NULL CHECK (length(public_key) = 65),
  programme_id bigint REFERENCES programme,
  rotation     smallint NOT NULL DEFAULT 0 CHECK (rotation IN (0, 90, 180, 270)),
  sound        text NOT NULL DEFAULT 'touched' CHECK (sound IN ('on', 'touched', 'off')),
  volume       real NOT NULL DEFAULT 0.7 CHECK (volume BETWEEN 0 AND 1),
  touch        boolean NOT NULL DEFAULT true,
  idle_seconds smallint NOT NULL DEFAULT 30 CHECK (idle_seconds BETWEEN 10 AND 300),
  side         smallint NOT NULL DEFAULT 720 CHECK (side IN (360, 540, 720, 1080)),
  -- How many people came by, where somebody counted; what its own ballots are capped by.
  head_count   int CHECK (head_count >= 0),
  mode         text NOT NULL DEFAULT 'play' CHECK (mode IN ('play', 'pause', 'blank')),
  changed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  paired_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  paired_by    bigint NOT NULL REFERENCES account,
  revoked_at   timestamptz,
  revoked_by   bigint REFERENCES account,
  seen_at      timestamptz,
  handed_at    timestamptz,
  CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
CREATE UNIQUE INDEX kiosk_name ON kiosk (festival_id, lower(name)) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX kiosk_key ON kiosk (public_key) WHERE revoked_at IS NULL;

-- A screen that asks to be paired (RFC 8628): both of its codes only as hashes, for ten minutes.
CREATE TABLE kiosk_pairing (
  device_hash bytea PRIMARY KEY CHECK (length(device_hash) = 32),
  user_hash   bytea NOT NULL UNIQUE CHECK (length(user_hash) = 32),
  public_key  bytea NOT NULL CHECK (length(public_key) = 65),
  version     text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at  timestamptz NOT NULL,
  polled_at   timestamptz,
  denied_at   timestamptz,
  kiosk_id    bigint REFERENCES kiosk
);
CREATE INDEX kiosk_pairing_by_expiry ON kiosk_pairing (expires_at);

-- What a screen is told to do. It waits until the screen says that it is done, or a newer one takes its place.
CREATE TABLE kiosk_command (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kiosk_id bigint NOT NULL REFERENCES kiosk,
  kind     text NOT NULL CHECK (kind IN ('play', 'pause', 'blank', 'reload', 'identify', 'say', 'screenshot')),
  text     text CHECK (length(text) BETWEEN 1 AND 200),
  asked_by bigint NOT NULL REFERENCES account,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_at  timestamptz,
  outcome  text CHECK (outcome IN ('done', 'failed', 'replaced')),
  CHECK ((done_at IS NULL) = (outcome IS NULL)),
  CHECK ((kind = 'say') = (text IS NOT NULL))
);
CREATE INDEX kiosk_command_waiting ON kiosk_command (kiosk_id, id) WHERE done_at IS NULL;

-- How far the votes of a screen have arrived. `counter` is the newest it says it has made, `received` how many are here.
CREATE TABLE kiosk_journal (
  kiosk_id    bigint PRIMARY KEY REFERENCES kiosk,
  counter     int NOT NULL DEFAULT 0 CHECK (counter >= 0),
  received    int NOT NULL DEFAULT 0 CHECK (received >= 0),
  waiting     int NOT NULL DEFAULT 0 CHECK (waiting >= 0),
  reported_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  empty_at    timestamptz,
  plays       int NOT NULL DEFAULT 0 CHECK (plays >= 0)
);
COMMENT ON COLUMN kiosk_journal.reported_at IS 'when it said `counter` last, at first when it was paired: later records are made after that, whatever its clock says';
COMMENT ON COLUMN kiosk_journal.empty_at IS 'when it said last that nothing waits, and all it had made was here';
COMMENT ON COLUMN kiosk_journal.plays IS 'the counter up to which its proof of play is whole';
-- The same for earlier reports: records up to `upto`, beyond the mark before, were made after `after`.
CREATE TABLE kiosk_mark (
  kiosk_id bigint NOT NULL REFERENCES kiosk,
  upto     int NOT NULL CHECK (upto > 0),
  after    timestamptz NOT NULL,
  PRIMARY KEY (kiosk_id, upto)
);
-- Every record as it was signed, once for each counter, and what became of it. `body` and `signature` go with the award's
-- secret, 30 days after publication; `hash` stays, so that the chain stays whole.
CREATE TABLE kiosk_vote (
  kiosk_id       bigint NOT NULL REFERENCES kiosk,
  counter        int NOT NULL CHECK (counter > 0),
  idem           uuid NOT NULL,
  award_id       bigint NOT NULL,
  hash           bytea NOT NULL CHECK (length(hash) = 32),
  prev           bytea NOT NULL CHECK (length(prev) = 32),
  body           text,
  signature      bytea,
  visitor        uuid,
  cast_at        timestamptz NOT NULL,
  uncertainty_ms bigint NOT NULL CHECK (uncertainty_ms >= 0),
  ballot         bigint,
  outcome        text NOT NULL CHECK (outcome IN ('counted', 'review', 'superseded', 'refused')),
  reason         text,
  received_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (kiosk_id, counter)
);
COMMENT ON COLUMN kiosk_vote.cast_at IS 'as the kiosk estimates it, within uncertainty_ms';
CREATE INDEX kiosk_vote_by_award ON kiosk_vote (award_id, kiosk_id);
CREATE INDEX kiosk_vote_by_time ON kiosk_vote (cast_at);
CREATE INDEX kiosk_vote_by_id ON kiosk_vote (idem);
-- What does not fit in a journal: somebody should look at that machine.
CREATE TABLE kiosk_finding (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kiosk_id bigint NOT NULL REFERENCES kiosk,
  what     text NOT NULL CHECK (what IN ('fork', 'chain', 'clock', 'signature')),
  counter  int NOT NULL,
  detail   jsonb NOT NULL DEFAULT '{}',
  found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (kiosk_id, what, counter)
);
-- Publishing without what a screen may still hold: by a person, with a reason.
CREATE TABLE kiosk_write_off (
  award_id   bigint NOT NULL REFERENCES award,
  kiosk_id   bigint NOT NULL REFERENCES kiosk,
  reason     text NOT NULL CHECK (reason IN ('lost', 'broken', 'not_used', 'other')),
  words      text NOT NULL CHECK (length(words) BETWEEN 1 AND 1000),
  held       int NOT NULL,
  account_id bigint NOT NULL REFERENCES account,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (award_id, kiosk_id)
);
ALTER TABLE ballot ADD COLUMN kiosk_id bigint REFERENCES kiosk;
CREATE INDEX ballot_by_kiosk ON ballot (award_id, kiosk_id) WHERE kiosk_id IS NOT NULL;
ALTER TABLE flag DROP CONSTRAINT flag_what_check, ADD CONSTRAINT flag_what_check
  CHECK (what IN ('burst', 'single_entry', 'one_network', 'many_devices', 'too_fast', 'channels', 'kiosk'));

-- Proof of play: what was on a screen, when, and for how long, in the order the screen wrote it down.
CREATE TABLE kiosk_play (
  kiosk_id       bigint NOT NULL REFERENCES kiosk,
  counter        int NOT NULL CHECK (counter > 0),
  kind           text NOT NULL CHECK (kind IN ('film', 'wall')),
  series_id      bigint,
  episode_id     bigint,
  award_id       bigint,
  how            text NOT NULL CHECK (how IN ('loop', 'visitor')),
  started_at     timestamptz NOT NULL,
  uncertainty_ms bigint NOT NULL CHECK (uncertainty_ms >= 0),
  seconds        real NOT NULL CHECK (seconds >= 0),
  whole          boolean NOT NULL,
  received_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (kiosk_id, counter)
);
CREATE INDEX kiosk_play_by_time ON kiosk_play (started_at);

-- What a visitor takes along to a phone: once, within minutes.
CREATE TABLE kiosk_handoff (
  code_hash  bytea PRIMARY KEY CHECK (length(code_hash) = 32),
  kiosk_id   bigint NOT NULL REFERENCES kiosk,
  place      jsonb NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX kiosk_handoff_by_expiry ON kiosk_handoff (expires_at);

-- migrate: rollback
DROP TABLE kiosk_handoff, kiosk_play, kiosk_write_off, kiosk_finding, kiosk_vote, kiosk_mark, kiosk_journal, kiosk_command, kiosk_pairing;
ALTER TABLE ballot DROP COLUMN kiosk_id;
DROP TABLE kiosk, programme;
