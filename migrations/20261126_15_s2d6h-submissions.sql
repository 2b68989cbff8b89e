-- Submissions: what a section asks for, what a producer says of a series, and when it is handed in
-- depends: 20261126_14_p5k3w-summaries

-- migrate: apply
-- A rule that is NULL asks for nothing. Seconds are those of one episode.
ALTER TABLE section
  ADD COLUMN opens_at timestamptz,
  ADD COLUMN closes_at timestamptz,
  ADD COLUMN min_seconds integer CHECK (min_seconds > 0),
  ADD COLUMN max_seconds integer CHECK (max_seconds > 0),
  ADD COLUMN min_episodes integer CHECK (min_episodes > 0),
  ADD COLUMN max_episodes integer CHECK (max_episodes > 0),
  ADD COLUMN subtitle_langs text[] NOT NULL DEFAULT '{}',
  ADD COLUMN ai_rule text NOT NULL DEFAULT 'disclose' CHECK (ai_rule IN ('open', 'disclose', 'refuse')),
  ADD CHECK (opens_at < closes_at),
  ADD CHECK (min_seconds <= max_seconds),
  ADD CHECK (min_episodes <= max_episodes);

-- A section as everybody is told of it; series carry it along as one value.
CREATE VIEW section_ref AS
  SELECT id, slug, name, landscape, opens_at, closes_at, min_seconds, max_seconds, min_episodes, max_episodes, subtitle_langs, ai_rule
  FROM section;

-- What only its company and the organisers read stands beside what is public. `ai_use` is NULL until something is said.
-- `about_before` is what the last save replaced, so that it can be undone.
ALTER TABLE series
  ADD COLUMN original_lang text CHECK (original_lang ~ '^[a-z]{2,3}$'),
  ADD COLUMN credits jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN companies jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN contact jsonb NOT NULL DEFAULT '{"name": "", "email": "", "phone": ""}',
  ADD COLUMN ai_use jsonb,
  ADD COLUMN rights_from timestamptz,
  ADD COLUMN rights_until timestamptz,
  ADD COLUMN rights_rule text NOT NULL DEFAULT 'everywhere' CHECK (rights_rule IN ('everywhere', 'only', 'except')),
  ADD COLUMN rights_countries text[] NOT NULL DEFAULT '{}',
  ADD COLUMN about_version integer NOT NULL DEFAULT 1,
  ADD COLUMN about_before jsonb,
  ADD COLUMN about_by bigint REFERENCES account,
  ADD COLUMN about_at timestamptz,
  ADD CHECK (rights_from < rights_until);

-- One submission of a series stands at a time; what was withdrawn stays on record. Until `changes_until` its producer
-- may correct it after the deadline.
CREATE TABLE submission (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  series_id     bigint NOT NULL REFERENCES series,
  section_id    bigint NOT NULL REFERENCES section,
  submitted_at  timestamptz NOT NULL,
  submitted_by  bigint NOT NULL REFERENCES account,
  withdrawn_at  timestamptz,
  withdrawn_by  bigint REFERENCES account,
  changes_until timestamptz,
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE UNIQUE INDEX submission_standing ON submission (series_id) WHERE withdrawn_at IS NULL;
CREATE INDEX submission_by_series ON submission (series_id, submitted_at);

-- Whether the audience may watch a series: released, within its rights, whose end is not theirs any more, and in a country
-- they cover. `country` is NULL where the house cannot tell countries apart, and empty where it can but not this viewer's.
CREATE FUNCTION is_shown(s series, country text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT s.released_at IS NOT NULL AND coalesce(s.rights_from <= now(), true) AND coalesce(now() < s.rights_until, true)
    AND (country IS NULL OR CASE s.rights_rule WHEN 'everywhere' THEN true WHEN 'only' THEN country = ANY (s.rights_countries)
                                               ELSE country <> ALL (s.rights_countries) END)
$$;

-- migrate: rollback
DROP FUNCTION is_shown;
DROP VIEW section_ref;
DROP TABLE submission;
ALTER TABLE series DROP COLUMN original_lang, DROP COLUMN credits, DROP COLUMN companies, DROP COLUMN contact, DROP COLUMN ai_use,
  DROP COLUMN rights_from, DROP COLUMN rights_until, DROP COLUMN rights_rule, DROP COLUMN rights_countries,
  DROP COLUMN about_version, DROP COLUMN about_before, DROP COLUMN about_by, DROP COLUMN about_at;
ALTER TABLE section DROP COLUMN opens_at, DROP COLUMN closes_at, DROP COLUMN min_seconds, DROP COLUMN max_seconds,
  DROP COLUMN min_episodes, DROP COLUMN max_episodes, DROP COLUMN subtitle_langs, DROP COLUMN ai_rule;
