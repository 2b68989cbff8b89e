-- name: forget_handovers
DELETE FROM handover WHERE expires_at <= $1;

-- name: save_handover
-- $1 hash of the code, $2 progress, $3 end. Nothing is returned for a code that is somebody else's at the moment.
INSERT INTO handover (code_hash, progress, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (code_hash) DO NOTHING RETURNING true;

-- name: take_handover
-- $1 hash, $2 now.
DELETE FROM handover WHERE code_hash = $1 AND expires_at > $2 RETURNING progress;
