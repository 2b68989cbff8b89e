-- name: destroy_secrets
-- $1 published before. Names of networks in flags go too. Hashes that a request under way left behind go the next time.
WITH ended AS (
  DELETE FROM award_secret s USING award a WHERE a.id = s.award_id AND a.published_at < $1 RETURNING s.award_id),
origins AS (DELETE FROM ballot_origin o USING award a WHERE a.id = o.award_id AND a.published_at < $1 RETURNING o.award_id),
named AS (UPDATE flag f SET subject = 'network ' || f.id FROM ended e WHERE f.award_id = e.award_id AND f.what = 'one_network')
SELECT e.award_id AS award, (SELECT count(*) FROM origins o WHERE o.award_id = e.award_id) AS origins
FROM ended e ORDER BY e.award_id;

-- name: sweep_codes
-- Codes by mail that open nothing any more, used or not, by the clock that ends them.
DELETE FROM ballot_code WHERE expires_at < clock_timestamp();
