-- name: destroy_secrets
-- $1 published before. Names of networks in flags go too. Hashes that a request under way left behind go the next time.
WITH ended AS (
  DELETE FROM award_secret s USING award a WHERE a.id = s.award_id AND a.published_at < $1 RETURNING s.award_id),
origins AS (DELETE FROM ballot_origin o USING award a WHERE a.id = o.award_id AND a.published_at < $1 RETURNING o.award_id),
codes AS (DELETE FROM ballot_code c USING award a WHERE a.id = c.award_id AND a.published_at < $1 RETURNING c.award_id),
named AS (UPDATE flag f SET subject = 'network ' || f.id FROM ended e WHERE f.award_id = e.award_id AND f.what = 'one_network')
SELECT e.award_id AS award, (SELECT count(*) FROM origins o WHERE o.award_id = e.award_id) AS origins,
       (SELECT count(*) FROM codes c WHERE c.award_id = e.award_id) AS codes
FROM ended e ORDER BY e.award_id;
