-- name: hold
-- For the session: one rehearsal at a time.
SELECT pg_try_advisory_lock(hashtext('tallscreen-rehearsal'));

-- name: make_house
-- $1 a word of its own. Its series are released, as entries have to be, and their rights begin in a year: nobody is shown them.
WITH house AS (
  INSERT INTO festival (slug, name, starts_on, ends_on, time_zone, state)
  VALUES ($1, '{"en": "Rehearsal"}', current_date, current_date, 'UTC', 'rehearsal') RETURNING id),
maker AS (INSERT INTO company (name) VALUES ('Rehearsal') RETURNING id),
part AS (INSERT INTO section (festival_id, slug, name) SELECT id, 'rehearsal', '{"en": "Rehearsal"}' FROM house RETURNING id, festival_id)
INSERT INTO series (section_id, company_id, slug, title, country, rating, released_at, rights_from)
SELECT part.id, maker.id, $1 || '-' || n, jsonb_build_object('en', 'Rehearsal ' || n), 'KZ', '0+', now(), now() + interval '1 year'
FROM part, maker, generate_series(1, $2::int) AS n;

-- name: make_award
-- $1 the secret, $2 seconds that voting lasts; it is open when this is committed. One point for five stars, no grace.
WITH made AS (
  INSERT INTO award (festival_id, slug, name, kind, min_value, max_value, opens_at, closes_at, grace, board, tiers, method)
  SELECT id, 'rehearsal', '{"en": "Rehearsal"}', 'stars', 1, 5, clock_timestamp(), clock_timestamp() + $2::interval, '0', 'hidden', '{badge}',
         'mean' FROM festival WHERE state = 'rehearsal' RETURNING id, festival_id, closes_at),
kept AS (INSERT INTO award_secret (award_id, secret) SELECT id, $1 FROM made)
SELECT id, festival_id AS house, closes_at FROM made;

-- name: make_entries
INSERT INTO entry (award_id, series_id)
SELECT $1, s.id FROM series s JOIN section c ON c.id = s.section_id JOIN festival f ON f.id = c.festival_id AND f.state = 'rehearsal'
ORDER BY s.id RETURNING id;

-- name: make_badges
-- $1 hashes of their tokens.
INSERT INTO badge (festival_id, token_hash, label)
SELECT f.id, t.hash, 'rehearsal ' || t.n FROM festival f, unnest($1::bytea[]) WITH ORDINALITY AS t(hash, n) WHERE f.state = 'rehearsal';

-- name: until
-- $1 award: seconds until it closes, by the database's clock, and until no vote can be under way any more.
SELECT extract(epoch FROM closes_at - clock_timestamp())::float8 AS closes,
       extract(epoch FROM closes_at + grace + interval '10 seconds' - clock_timestamp())::float8 AS over FROM award WHERE id = $1;

-- name: close
-- Whatever was left of a rehearsal takes no more votes from now on.
UPDATE award SET closes_at = greatest(opens_at + interval '1 millisecond', least(closes_at, clock_timestamp()))
WHERE festival_id = (SELECT id FROM festival WHERE state = 'rehearsal') RETURNING id, festival_id AS house;

-- name: house
SELECT id FROM festival WHERE state = 'rehearsal';

-- name: erase
SELECT erase_rehearsal();
