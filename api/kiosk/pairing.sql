-- name: forget_pairings
DELETE FROM kiosk_pairing WHERE expires_at < $1;

-- name: save_pairing
-- $1 device hash, $2 user hash, $3 public key, $4 version, $5 expires at. Nothing where a code is drawn a second time.
INSERT INTO kiosk_pairing (device_hash, user_hash, public_key, version, expires_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING device_hash;

-- name: poll_pairing
-- $1 device hash, $2 now. Held while it is answered.
SELECT p.polled_at, p.denied_at, k.id AS kiosk, k.name FROM kiosk_pairing p LEFT JOIN kiosk k ON k.id = p.kiosk_id
WHERE p.device_hash = $1 AND p.expires_at > $2 FOR UPDATE OF p;

-- name: note_poll
UPDATE kiosk_pairing SET polled_at = $2 WHERE device_hash = $1;

-- name: find_pairing
-- $1 user hash, $2 now.
SELECT device_hash, public_key, version, created_at AS asked_at, expires_at, denied_at, kiosk_id AS kiosk FROM kiosk_pairing
WHERE user_hash = $1 AND expires_at > $2 FOR UPDATE;

-- name: approve_pairing
UPDATE kiosk_pairing SET kiosk_id = $2 WHERE device_hash = $1;

-- name: deny_pairing
UPDATE kiosk_pairing SET denied_at = $2 WHERE device_hash = $1;

-- name: save_kiosk
-- $1 name, $2 place, $3 public key, $4 programme, $5 who.
INSERT INTO kiosk (festival_id, name, place, public_key, programme_id, paired_by)
SELECT id, $1, $2, $3, $4, $5 FROM festival WHERE state = 'current' ON CONFLICT DO NOTHING RETURNING id;

-- name: kiosk_of_key
-- $1 public key: who has it, not revoked.
SELECT id FROM kiosk WHERE public_key = $1 AND revoked_at IS NULL;

-- name: paired_kiosk
-- $1 kiosk, not revoked.
SELECT id, name, public_key FROM kiosk WHERE id = $1 AND revoked_at IS NULL;

-- name: revoke_kiosk
-- $1 kiosk, $2 now, $3 who. The first time stands. Its programme is nothing to it any more.
UPDATE kiosk SET revoked_at = $2, revoked_by = $3, programme_id = NULL WHERE id = $1 AND revoked_at IS NULL RETURNING id;

-- name: tell
-- $1 what has changed: live pages hear of it when this commits.
SELECT pg_notify('kiosk', $1);
