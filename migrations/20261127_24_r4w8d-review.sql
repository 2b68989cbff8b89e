-- Review: what organisers decide of submissions, the letters about it, when series are released, and how they are found
-- depends: 20261127_25_z6c4p-publication

-- migrate: apply
-- `version` grows with everything that is decided or answered: who decides says which one they saw. A tray is what an
-- organiser opens to see the submissions that are in the same hands.
ALTER TABLE submission
  ADD COLUMN state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'asked', 'answered', 'accepted', 'declined')),
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD COLUMN tray text GENERATED ALWAYS AS (
    CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN state IN ('new', 'answered') THEN 'waiting' ELSE state END) STORED;
CREATE INDEX submission_by_tray ON submission (section_id, tray, id);
CREATE INDEX submission_by_section ON submission (section_id, id);

-- `id` is made where somebody decides: the same one again is the same decision. `was` and `was_until` is what an undo restores.
CREATE TABLE decision (
  id            uuid PRIMARY KEY,
  submission_id bigint NOT NULL REFERENCES submission,
  kind          text NOT NULL CHECK (kind IN ('accept', 'ask', 'decline')),
  words         text NOT NULL DEFAULT '' CHECK (length(words) <= 4000),
  changes_until timestamptz,
  was           text NOT NULL,
  was_until     timestamptz,
  decided_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_by    bigint NOT NULL REFERENCES account,
  undone_at     timestamptz,
  undone_by     bigint REFERENCES account,
  answer        text CHECK (length(answer) <= 4000),
  answered_at   timestamptz,
  answered_by   bigint REFERENCES account,
  CHECK ((kind = 'ask') = (changes_until IS NOT NULL)),
  CHECK ((undone_at IS NULL) = (undone_by IS NULL)),
  CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX decision_by_submission ON decision (submission_id, decided_at);

-- Written with the decision, sent when it is due; until then it can be taken back. Without an address nobody is written to.
CREATE TABLE letter (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  decision_id  uuid NOT NULL UNIQUE REFERENCES decision,
  address      text,
  lang         text NOT NULL,
  subject      text NOT NULL,
  body         text NOT NULL,
  due_at       timestamptz NOT NULL,
  sent_at      timestamptz,
  cancelled_at timestamptz
);
CREATE INDEX letter_due ON letter (due_at) WHERE sent_at IS NULL AND cancelled_at IS NULL;

-- The order within a section is `place`, then `id`. `missed` says why a series was not released when its time had come.
ALTER TABLE series
  ADD COLUMN place integer NOT NULL DEFAULT 1000000,
  ADD COLUMN release_at timestamptz,
  ADD COLUMN missed text[] NOT NULL DEFAULT '{}',
  ADD COLUMN missed_at timestamptz;
CREATE INDEX series_in_programme ON series (section_id, place, id);
CREATE INDEX series_due ON series (release_at) WHERE released_at IS NULL;
CREATE INDEX series_shown_from ON series ((coalesce(released_at, release_at)), id);

CREATE INDEX flag_open ON flag (id) WHERE settled_at IS NULL;

-- What a series is found by: titles, company, people and the names of its files, in small letters, and each pair of letters
-- that stands in them. Pairs serve every script alike, and need no extension.
CREATE TABLE series_search (
  series_id bigint PRIMARY KEY REFERENCES series ON DELETE CASCADE,
  text      text NOT NULL,
  pairs     text[] NOT NULL
);
CREATE INDEX series_search_by_pair ON series_search USING gin (pairs);

CREATE FUNCTION folded(said text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(normalize(said, NFKC)) $$;

CREATE FUNCTION pairs_of(said text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(DISTINCT pair), '{}') FROM (
    SELECT sign || lead(sign) OVER (ORDER BY place) AS pair FROM unnest(string_to_array(said, NULL)) WITH ORDINALITY AS s(sign, place)) p
  WHERE pair IS NOT NULL
$$;

CREATE FUNCTION find_again(changed bigint[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO series_search (series_id, text, pairs)
  SELECT s.id, t.said, pairs_of(t.said)
  FROM series s JOIN company c ON c.id = s.company_id
  CROSS JOIN LATERAL (SELECT folded(concat_ws(' ', s.slug,
    (SELECT string_agg(value, ' ') FROM jsonb_each_text(s.title)), c.name, s.contact->>'name', s.contact->>'email',
    (SELECT string_agg(x->>'name', ' ') FROM jsonb_array_elements(s.credits) x),
    (SELECT string_agg(a.name || ' ' || a.email, ' ') FROM account a WHERE a.company_id = c.id),
    (SELECT string_agg(DISTINCT o.file_name, ' ') FROM original o JOIN episode e ON e.id = o.episode_id WHERE e.series_id = s.id))) AS said) t
  WHERE s.id = ANY (changed) ORDER BY s.id
  ON CONFLICT (series_id) DO UPDATE SET text = excluded.text, pairs = excluded.pairs WHERE series_search.text <> excluded.text
$$;

CREATE FUNCTION find_series_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM find_again(ARRAY[NEW.id]);
  RETURN NULL;
END $$;
CREATE TRIGGER series_found AFTER INSERT OR UPDATE OF title, company_id, contact, credits ON series
  FOR EACH ROW EXECUTE FUNCTION find_series_again();

CREATE FUNCTION find_company_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM find_again(array(SELECT s.id FROM series s WHERE s.company_id = NEW.id));
  RETURN NULL;
END $$;
CREATE TRIGGER company_found AFTER UPDATE OF name ON company FOR EACH ROW EXECUTE FUNCTION find_company_again();

CREATE FUNCTION find_account_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM find_again(array(SELECT s.id FROM series s WHERE s.company_id = NEW.company_id));
  RETURN NULL;
END $$;
CREATE TRIGGER account_found AFTER INSERT OR UPDATE OF name, email, company_id ON account
  FOR EACH ROW WHEN (NEW.company_id IS NOT NULL) EXECUTE FUNCTION find_account_again();

CREATE FUNCTION find_files_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM find_again(array(SELECT DISTINCT e.series_id FROM arrived o JOIN episode e ON e.id = o.episode_id));
  RETURN NULL;
END $$;
CREATE TRIGGER original_found AFTER INSERT ON original REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION find_files_again();

SELECT find_again(array(SELECT id FROM series));

-- migrate: rollback
DROP TRIGGER original_found ON original;
DROP TRIGGER account_found ON account;
DROP TRIGGER company_found ON company;
DROP TRIGGER series_found ON series;
DROP FUNCTION find_files_again, find_account_again, find_company_again, find_series_again, find_again, pairs_of, folded;
DROP TABLE series_search, letter, decision;
DROP INDEX series_in_programme, series_due, series_shown_from, flag_open;
ALTER TABLE series DROP COLUMN place, DROP COLUMN release_at, DROP COLUMN missed, DROP COLUMN missed_at;
ALTER TABLE submission DROP COLUMN tray, DROP COLUMN version, DROP COLUMN state;
