-- The jury room: juries with their rubric, rounds, scores, recusals, locks, coverage, notes, decisions
-- depends: 20261126_20_x8q3m-plays-twice

-- migrate: apply
-- `rubric`: {"least": 1, "most": 6, "criteria": [{"key", "name", "weight" in thousandths, "required", "anchors"}]}.
-- `must_see`: episodes that make a title seen, NULL for all. `blind`: phases of a round that hide who made a title.
CREATE TABLE jury (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  festival_id bigint NOT NULL REFERENCES festival,
  name        jsonb NOT NULL,
  award       jsonb NOT NULL,
  section_id  bigint REFERENCES section,
  meets_at    timestamptz,
  visibility  text NOT NULL DEFAULT 'deliberation' CHECK (visibility IN ('never', 'after_mine', 'deliberation')),
  blind       text[] NOT NULL DEFAULT '{}' CHECK (blind <@ '{scoring,deliberation}'),
  must_see    int CHECK (must_see > 0),
  rubric      jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE jury_member (
  jury_id     bigint NOT NULL REFERENCES jury,
  account_id  bigint NOT NULL REFERENCES account ON DELETE CASCADE,
  chair       boolean NOT NULL DEFAULT false,
  affiliation text NOT NULL DEFAULT '',
  joined_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (jury_id, account_id)
);
CREATE UNIQUE INDEX jury_chair ON jury_member (jury_id) WHERE chair;

-- A shortlist is a round of a jury; without one it is there to be watched only. What was there is open, as it was.
ALTER TABLE shortlist
  ADD COLUMN jury_id         bigint REFERENCES jury,
  ADD COLUMN phase           text NOT NULL DEFAULT 'scoring' CHECK (phase IN ('preparing', 'scoring', 'deliberation', 'decided')),
  ADD COLUMN assigning       text NOT NULL DEFAULT 'all' CHECK (assigning IN ('all', 'section', 'each', 'balanced')),
  ADD COLUMN cut             jsonb,
  -- The round that it was cut from, and whether the scores given there go on.
  ADD COLUMN cut_from        bigint REFERENCES shortlist,
  ADD COLUMN carry_over      boolean NOT NULL DEFAULT false,
  ADD COLUMN deliberation_at timestamptz,
  ADD COLUMN unblinded_at    timestamptz,
  ADD CONSTRAINT shortlist_round UNIQUE (jury_id, round);

-- Which titles of a round somebody was given, where it is not all of them.
CREATE TABLE assignment_series (
  shortlist_id bigint NOT NULL,
  account_id   bigint NOT NULL,
  series_id    bigint NOT NULL,
  PRIMARY KEY (shortlist_id, account_id, series_id),
  FOREIGN KEY (shortlist_id, account_id) REFERENCES assignment ON DELETE CASCADE,
  FOREIGN KEY (shortlist_id, series_id) REFERENCES shortlist_series ON DELETE CASCADE
);

-- Each title of a round with each juror it was given to.
CREATE VIEW jury_cell AS
  SELECT a.shortlist_id, a.account_id, s.series_id
  FROM assignment a JOIN shortlist l ON l.id = a.shortlist_id JOIN shortlist_series s ON s.shortlist_id = l.id
  WHERE l.assigning = 'all'
     OR EXISTS (SELECT FROM assignment_series t WHERE (t.shortlist_id, t.account_id, t.series_id) = (a.shortlist_id, a.account_id, s.series_id));

-- What jurors may watch: nothing of a round that is still prepared.
CREATE VIEW juror_series AS
  SELECT c.shortlist_id, c.account_id, c.series_id FROM jury_cell c JOIN shortlist l ON l.id = c.shortlist_id WHERE l.phase <> 'preparing';

-- Every state of every sheet that ever arrived. The highest revision stands, then the highest id: the order of arrival says nothing.
CREATE TABLE score_event (
  id           uuid PRIMARY KEY,
  shortlist_id bigint NOT NULL REFERENCES shortlist,
  account_id   bigint NOT NULL REFERENCES account,
  series_id    bigint NOT NULL REFERENCES series,
  revision     bigint NOT NULL CHECK (revision >= 0),
  grades       jsonb NOT NULL,
  skipped      text,
  saved_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX score_event_by_cell ON score_event (shortlist_id, account_id, series_id, revision DESC, id DESC);
CREATE TRIGGER score_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON score_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE VIEW score AS
  SELECT DISTINCT ON (shortlist_id, account_id, series_id) * FROM score_event
  ORDER BY shortlist_id, account_id, series_id, revision DESC, id DESC;

-- A conflict does not end with a round: it is the jury's.
CREATE TABLE recusal (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  jury_id       bigint NOT NULL REFERENCES jury,
  account_id    bigint NOT NULL REFERENCES account,
  series_id     bigint NOT NULL REFERENCES series,
  reason        text NOT NULL,
  declared_by   bigint NOT NULL REFERENCES account,
  declared_at   timestamptz NOT NULL DEFAULT now(),
  withdrawn_by  bigint REFERENCES account,
  withdrawn_at  timestamptz,
  withdrawn_why text,
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE UNIQUE INDEX recusal_standing ON recusal (jury_id, account_id, series_id) WHERE withdrawn_at IS NULL;

CREATE TABLE jury_lock (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shortlist_id bigint NOT NULL REFERENCES shortlist,
  account_id   bigint NOT NULL REFERENCES account,
  locked_at    timestamptz NOT NULL DEFAULT now(),
  undone_at    timestamptz,
  undone_by    bigint REFERENCES account,
  undone_why   text
);
CREATE UNIQUE INDEX jury_lock_standing ON jury_lock (shortlist_id, account_id) WHERE undone_at IS NULL;

-- What happened to a round, for the protocol. Nobody's account stands for what follows from the rules.
CREATE TABLE jury_event (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shortlist_id bigint NOT NULL REFERENCES shortlist,
  at           timestamptz NOT NULL DEFAULT now(),
  account_id   bigint REFERENCES account,
  what         text NOT NULL CHECK (what IN ('opened', 'deliberation', 'unblinded', 'cut', 'decided')),
  why          text
);
CREATE INDEX jury_event_by_round ON jury_event (shortlist_id, id);
CREATE TRIGGER jury_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON jury_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();

CREATE TABLE jury_decision (
  shortlist_id bigint PRIMARY KEY REFERENCES shortlist,
  prizes       jsonb NOT NULL,
  statement    jsonb NOT NULL,
  against      text,
  decided_by   bigint NOT NULL REFERENCES account,
  decided_at   timestamptz NOT NULL DEFAULT now()
);

-- Watched seconds of an episode, a bit for each. Evidence for the protocol, so it is here and not in Redis.
CREATE TABLE juror_watched (
  account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
  episode_id bigint NOT NULL REFERENCES episode ON DELETE CASCADE,
  seconds    bytea NOT NULL,
  PRIMARY KEY (account_id, episode_id)
);
-- What a juror may still be credited: a second for each second that passes, whatever is played side by side.
CREATE TABLE juror_clock (
  account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  session    uuid NOT NULL,
  bank       float8 NOT NULL,
  at         timestamptz NOT NULL
);

-- Half of the key to a juror's notes; the other is this installation's secret. Without the row nobody reads them again.
CREATE TABLE juror_secret (
  account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  secret     bytea NOT NULL CHECK (length(secret) = 32)
);
-- `sealed` is a nonce and what AES-GCM makes of the text; NULL for a note that was taken away.
CREATE TABLE jury_note (
  id         uuid NOT NULL,
  account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
  episode_id bigint NOT NULL REFERENCES episode ON DELETE CASCADE,
  second     float8 NOT NULL CHECK (second >= 0),
  sealed     bytea,
  revision   bigint NOT NULL CHECK (revision > 0),
  saved_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, id)
);

-- Lists of before become the first rounds of juries with one plain question; the desk names a chair and asks more.
ALTER TABLE jury ADD COLUMN list bigint;
INSERT INTO jury (list, festival_id, name, award, rubric)
SELECT id, festival_id, name, name, '{"least": 1, "most": 6, "criteria": [
  {"key": "overall", "weight": 1000, "required": true, "anchors": {}, "name": {"en": "Overall", "zh": "总体", "ru": "В целом", "be": "У цэлым",
   "fa": "در مجموع", "hi": "कुल मिलाकर", "kk": "Жалпы", "ky": "Жалпысынан", "tg": "Дар маҷмӯъ", "ur": "مجموعی طور پر", "uz": "Umuman"}}]}'
FROM shortlist ORDER BY id;
UPDATE shortlist l SET jury_id = j.id FROM jury j WHERE j.list = l.id;
INSERT INTO jury_member (jury_id, account_id) SELECT l.jury_id, a.account_id FROM assignment a JOIN shortlist l ON l.id = a.shortlist_id;
ALTER TABLE jury DROP COLUMN list;

-- migrate: rollback
DROP TABLE jury_note, juror_secret, juror_clock, juror_watched, jury_decision, jury_event, jury_lock, recusal;
DROP VIEW score;
DROP TABLE score_event;
DROP VIEW juror_series, jury_cell;
DROP TABLE assignment_series;
ALTER TABLE shortlist DROP COLUMN jury_id, DROP COLUMN phase, DROP COLUMN assigning, DROP COLUMN cut, DROP COLUMN cut_from,
  DROP COLUMN carry_over, DROP COLUMN deliberation_at, DROP COLUMN unblinded_at;
DROP TABLE jury_member, jury;
