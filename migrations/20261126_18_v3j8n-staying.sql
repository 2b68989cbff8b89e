-- Staying: viewings that lead from episode to episode, invitations to a company, posters a producer chooses
-- depends: 20261126_14_p5k3w-summaries

-- migrate: apply
-- `viewing` is made at random by a device for one series and is new after thirty days of rest; it is made of nothing
-- else, stands nowhere else and never beside a vote. NULL: of a page that does not send one yet.
-- `seq` says in which order lines came, so that figures can be counted up to one of them.
ALTER TABLE playback_summary
  ADD COLUMN seq       bigint GENERATED ALWAYS AS IDENTITY,
  ADD COLUMN viewing   uuid,
  ADD COLUMN left_at   real CHECK (left_at >= 0),
  ADD COLUMN finished  boolean,
  ADD COLUMN interface text,
  ADD COLUMN subtitles text,
  ADD COLUMN sound     text;
CREATE INDEX playback_summary_by_arrival ON playback_summary (episode_id, seq) INCLUDE (viewing) WHERE viewing IS NOT NULL;

-- What the producers of a series were last shown. Both borders only ever pass over whole groups of viewers, so that
-- two looks at the figures never differ by a few people.
CREATE TABLE staying (
  series_id   bigint PRIMARY KEY REFERENCES series ON DELETE CASCADE,
  seq         bigint NOT NULL,
  recent_from timestamptz NOT NULL,
  counted_at  timestamptz NOT NULL,
  figures     jsonb
);

-- An address joins the company by signing in with it; until then it has no account.
CREATE TABLE invitation (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES company,
  email      text NOT NULL CHECK (email = lower(email)),
  name       text NOT NULL,
  invited_by bigint NOT NULL REFERENCES account,
  sent_at    timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  UNIQUE (company_id, email)
);
CREATE INDEX invitation_by_email ON invitation (email);
ALTER TABLE sign_in_code ADD COLUMN invitation_id bigint REFERENCES invitation ON DELETE SET NULL;

-- A picture as it came from its producer, until posters are made of it or a day is over.
CREATE TABLE picture (
  id         uuid PRIMARY KEY,
  series_id  bigint NOT NULL REFERENCES series ON DELETE CASCADE,
  size       integer NOT NULL CHECK (size > 0),
  created_at timestamptz NOT NULL
);

-- Either a picture of a film (`package_id` and the letter of its candidate), which is there at once, or pictures of
-- one's own, which a worker cuts and encodes: `sources` says what of which.
CREATE TABLE poster (
  id         uuid PRIMARY KEY,
  series_id  bigint NOT NULL REFERENCES series ON DELETE CASCADE,
  state      text NOT NULL CHECK (state IN ('queued', 'ready', 'failed')),
  attempts   smallint NOT NULL DEFAULT 0,
  package_id uuid REFERENCES package,
  candidate  text CHECK (candidate ~ '^[a-z]$'),
  sources    jsonb,
  thumbhash  text,
  created_at timestamptz NOT NULL,
  CHECK ((package_id IS NULL) = (candidate IS NULL)),
  CHECK ((package_id IS NULL) = (sources IS NOT NULL))
);
CREATE INDEX poster_by_series ON poster (series_id, created_at DESC);
-- NULL stands for the first picture of the first episode. The one before is kept, to go back to.
ALTER TABLE series
  ADD COLUMN poster_id     uuid REFERENCES poster ON DELETE SET NULL,
  ADD COLUMN poster_before uuid REFERENCES poster ON DELETE SET NULL;

-- What a series is shown by where somebody has chosen: folder and name in the store, without the suffixes.
CREATE VIEW chosen_poster AS
  SELECT s.id AS series_id, p.thumbhash,
         CASE WHEN p.package_id IS NULL THEN p.id || '/tall' ELSE p.package_id || '/posters/' || p.candidate END AS tall,
         CASE WHEN p.package_id IS NULL THEN p.id || '/card' ELSE p.package_id || '/posters/' || p.candidate || '-card' END AS card
  FROM series s JOIN poster p ON p.id = s.poster_id WHERE p.state = 'ready';

-- migrate: rollback
DROP VIEW chosen_poster;
ALTER TABLE series DROP COLUMN poster_before, DROP COLUMN poster_id;
DROP TABLE poster, picture;
ALTER TABLE sign_in_code DROP COLUMN invitation_id;
DROP TABLE invitation, staying;
DROP INDEX playback_summary_by_arrival;
ALTER TABLE playback_summary
  DROP COLUMN sound, DROP COLUMN subtitles, DROP COLUMN interface, DROP COLUMN finished, DROP COLUMN left_at,
  DROP COLUMN viewing, DROP COLUMN seq;
