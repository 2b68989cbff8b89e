-- Catalogue: festival, section, series, episode, subtitle
-- depends: 20261120_01_a7k2m-access

-- migrate: apply
CREATE TABLE festival (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug       text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name       jsonb NOT NULL,
  starts_on  date NOT NULL,
  ends_on    date NOT NULL,
  time_zone  text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (starts_on <= ends_on)
);

CREATE TABLE section (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  festival_id bigint NOT NULL REFERENCES festival,
  slug        text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name        jsonb NOT NULL,
  position    int NOT NULL DEFAULT 0,
  UNIQUE (festival_id, slug)
);

CREATE TABLE series (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  section_id  bigint NOT NULL REFERENCES section,
  company_id  bigint NOT NULL REFERENCES company,
  slug        text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  title       jsonb NOT NULL,
  synopsis    jsonb NOT NULL DEFAULT '{}',
  genre       jsonb NOT NULL DEFAULT '{}',
  notes       jsonb NOT NULL DEFAULT '{}',
  country     text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  rating      text NOT NULL CHECK (rating IN ('0+', '6+', '12+', '16+', '18+')),
  released_at timestamptz,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX series_by_section ON series (section_id, id);
CREATE INDEX series_by_company ON series (company_id, id);

CREATE TABLE episode (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  series_id  bigint NOT NULL REFERENCES series,
  number     int NOT NULL CHECK (number BETWEEN 1 AND 999),
  title      jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (series_id, number)
);

CREATE TABLE subtitle (
  episode_id bigint NOT NULL REFERENCES episode ON DELETE CASCADE,
  lang       text NOT NULL CHECK (lang ~ '^[a-z]{2,3}$'),
  vtt        text NOT NULL CHECK (length(vtt) <= 1048576),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (episode_id, lang)
);

-- migrate: rollback
DROP TABLE subtitle, episode, series, section, festival;
