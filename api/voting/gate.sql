-- name: gate
-- $1 award: every kiosk that was paired while it ran and could take votes for it. Empty is what said so after closing, when
-- no report made before that can still have been on its way, or just before it was revoked.
SELECT k.id AS kiosk, k.name, k.seen_at, k.revoked_at IS NOT NULL AS revoked, j.received, greatest(j.counter, j.received) AS of,
       greatest(j.counter - j.received, j.waiting) AS held, w.reason, w.words,
       CASE WHEN w.kiosk_id IS NOT NULL THEN 'written_off'
            WHEN j.counter <= j.received AND j.waiting = 0
             AND j.empty_at >= least(a.closes_at + interval '1 minute', k.revoked_at - interval '30 seconds') THEN 'empty' ELSE 'waiting' END AS state
FROM award a
JOIN kiosk k ON k.festival_id = a.festival_id AND k.paired_at < a.closes_at + a.grace AND (k.revoked_at IS NULL OR k.revoked_at > a.opens_at)
JOIN kiosk_journal j ON j.kiosk_id = k.id
LEFT JOIN kiosk_write_off w ON w.award_id = a.id AND w.kiosk_id = k.id
WHERE a.id = $1 AND a.tiers && '{badge,kiosk}' ORDER BY k.name, k.id;

-- name: write_off
-- $1 award, $2 kiosk, $3 reason, $4 words, $5 held, $6 who. The first word stands.
INSERT INTO kiosk_write_off (award_id, kiosk_id, reason, words, held, account_id) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING kiosk_id;

-- name: forget_bodies
-- $1 published before: what was signed, sealed badges with it. The chain of hashes stays.
UPDATE kiosk_vote k SET body = NULL, signature = NULL, visitor = NULL FROM award a
WHERE a.id = k.award_id AND a.published_at < $1 AND k.body IS NOT NULL;
