-- name: issuer
-- $1 award: what it admits, and its secret where that was not destroyed yet.
SELECT a.tiers, a.closes_at, s.secret FROM award a LEFT JOIN award_secret s ON s.award_id = a.id WHERE a.id = $1;

-- name: ballot_of
-- $1 award, $2 tier, $3 voter key, $4 screening. The key settles two taps at once; the update returns the row that is there.
INSERT INTO ballot (award_id, tier, voter_key, screening_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (award_id, voter_key) DO UPDATE SET tier = ballot.tier RETURNING id;

-- name: badge_is_good
-- $1 award, $2 token hash.
SELECT EXISTS (SELECT FROM badge b JOIN award a ON a.festival_id = b.festival_id
               WHERE a.id = $1 AND b.token_hash = $2 AND b.revoked_at IS NULL);

-- name: running_screenings
-- $1 award. The database's clock, so that all machines show and take the same code.
SELECT s.id, s.secret, clock_timestamp() AS now FROM screening s JOIN award a ON a.festival_id = s.festival_id
WHERE a.id = $1 AND clock_timestamp() >= s.starts_at AND clock_timestamp() < s.ends_at ORDER BY s.id;

-- name: retire_ballot_codes
-- A new code takes the place of those sent before.
DELETE FROM ballot_code WHERE award_id = $1 AND voter_key = $2;

-- name: save_ballot_code
INSERT INTO ballot_code (id, award_id, voter_key, code_hash, expires_at)
VALUES ($1, $2, $3, $4, clock_timestamp() + $5::interval);

-- name: try_ballot_code
-- $1 request, $2 award. Counts the try first, so that parallel guesses are counted too.
UPDATE ballot_code SET tries = tries + 1 WHERE id = $1 AND award_id = $2 AND tries < 1000
RETURNING voter_key, code_hash, tries - 1 AS tries, expires_at, used_at, clock_timestamp() AS now;

-- name: use_ballot_code
-- The row tells who was first when a code arrives twice.
UPDATE ballot_code SET used_at = clock_timestamp() WHERE id = $1 AND used_at IS NULL RETURNING id;

-- name: save_origin
-- $1 award, $2 ballot, $3 device, $4 network, $5 whether that is the venue's. So many of a ballot are enough to see that
-- it goes round.
INSERT INTO ballot_origin (award_id, ballot, device, network, venue)
SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM ballot_origin WHERE ballot = $2) < 64 ON CONFLICT DO NOTHING;
