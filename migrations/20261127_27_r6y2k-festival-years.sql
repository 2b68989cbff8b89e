-- Festivals: one is current and the earlier ones stay readable; its settings and theme; further rules of sections; figures of the whole
-- depends: 20261127_23_a6p4d-people

-- migrate: apply
-- A house has one festival at a time. The next one is a draft until it begins; that archives the one before, whose
-- pages, results and bundles stay where they were.
ALTER TABLE festival
  ADD COLUMN state text NOT NULL DEFAULT 'current' CHECK (state IN ('draft', 'current', 'archived')),
  ADD COLUMN made_from bigint REFERENCES festival,
  ADD COLUMN place jsonb NOT NULL DEFAULT '{}',
  -- In the order in which they are offered; none stands for all that the pages speak.
  ADD COLUMN languages text[] NOT NULL DEFAULT '{}',
  ADD COLUMN result_languages text[] NOT NULL DEFAULT '{}' CHECK (cardinality(result_languages) <= 3),
  ADD COLUMN contact jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN privacy jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN accent text CHECK (accent ~ '^#[0-9a-f]{6}$'),
  ADD COLUMN sponsor jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ADD CHECK (made_from <> id);
CREATE UNIQUE INDEX festival_current ON festival ((true)) WHERE state = 'current';
CREATE UNIQUE INDEX festival_draft ON festival ((true)) WHERE state = 'draft';

-- A logo or the card of a sponsor. `source` is the file as it came: only a worker opens it, confined, and forgets it
-- then. `webp` is what it made of it, small enough to stand in a row and in what a screen stores.
CREATE TABLE mark (
  id          uuid PRIMARY KEY,
  festival_id bigint NOT NULL REFERENCES festival,
  kind        text NOT NULL CHECK (kind IN ('logo', 'sponsor')),
  state       text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'ready', 'failed')),
  attempts    smallint NOT NULL DEFAULT 0,
  source      bytea,
  webp        bytea,
  width       int,
  height      int,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((state = 'ready') = (webp IS NOT NULL AND width IS NOT NULL AND height IS NOT NULL)),
  CHECK ((state = 'queued') = (source IS NOT NULL))
);
CREATE INDEX mark_by_festival ON mark (festival_id, kind, created_at DESC);
-- What a festival is shown by now.
ALTER TABLE festival ADD COLUMN logo_id uuid REFERENCES mark, ADD COLUMN sponsor_id uuid REFERENCES mark;

-- Seconds of a whole series; the parts of a production in which AI is not taken where `ai_rule` is 'refuse', none: in no part.
ALTER TABLE section
  ADD COLUMN min_total_seconds integer CHECK (min_total_seconds > 0),
  ADD COLUMN max_total_seconds integer CHECK (max_total_seconds > 0),
  ADD COLUMN ai_parts text[] NOT NULL DEFAULT '{}' CHECK (ai_parts <@ '{script,image,voice,music,effects,subtitles,other}'),
  ADD CHECK (min_total_seconds <= max_total_seconds);
CREATE OR REPLACE VIEW section_ref AS
  SELECT id, slug, name, landscape, opens_at, closes_at, min_seconds, max_seconds, min_episodes, max_episodes, subtitle_langs, ai_rule,
         min_total_seconds, max_total_seconds, ai_parts
  FROM section;

-- How a festival was watched, as the report was last told: counted anew only when a whole group of viewers has come since.
CREATE TABLE outcome (
  festival_id bigint PRIMARY KEY REFERENCES festival,
  seq         bigint NOT NULL,
  counted_at  timestamptz NOT NULL,
  watched     jsonb NOT NULL
);

-- migrate: rollback
DROP TABLE outcome;
DROP VIEW section_ref;
CREATE VIEW section_ref AS
  SELECT id, slug, name, landscape, opens_at, closes_at, min_seconds, max_seconds, min_episodes, max_episodes, subtitle_langs, ai_rule
  FROM section;
ALTER TABLE section DROP COLUMN ai_parts, DROP COLUMN max_total_seconds, DROP COLUMN min_total_seconds;
ALTER TABLE festival DROP COLUMN sponsor_id, DROP COLUMN logo_id;
DROP TABLE mark;
DROP INDEX festival_draft, festival_current;
ALTER TABLE festival
  DROP COLUMN changed_at, DROP COLUMN sponsor, DROP COLUMN accent, DROP COLUMN privacy, DROP COLUMN contact, DROP COLUMN result_languages,
  DROP COLUMN languages, DROP COLUMN place, DROP COLUMN made_from, DROP COLUMN state;
