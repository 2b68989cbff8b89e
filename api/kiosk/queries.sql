-- name: serial
-- $1 kiosk. It grows with whatever changes what the screen plays; what nobody dates is taken in with the next hour.
SELECT (extract(epoch FROM greatest(k.changed_at, p.updated_at, date_trunc('hour', clock_timestamp()),
         (SELECT max(ready_at) FROM package), (SELECT max(greatest(released_at, about_at)) FROM series),
         (SELECT max(edge) FROM series s, unnest(ARRAY[s.rights_from, s.rights_until]) AS edge WHERE edge <= now()), (SELECT max(greatest(created_at, published_at)) FROM award), (SELECT changed_at FROM festival WHERE state = 'current')))
        * 1000)::bigint
FROM kiosk k LEFT JOIN programme p ON p.id = k.programme_id WHERE k.id = $1;

-- name: device
-- $1 kiosk: how it is set, and what it plays.
SELECT k.name, k.rotation, k.sound, k.volume, k.touch, k.idle_seconds, k.side, p.name AS programme, p.plan
FROM kiosk k LEFT JOIN programme p ON p.id = k.programme_id WHERE k.id = $1;

-- name: time
SELECT clock_timestamp();

-- name: note_seen
-- $1 kiosk, $2 now.
UPDATE kiosk SET seen_at = $2 WHERE id = $1 RETURNING mode;

-- name: save_programme
INSERT INTO programme (festival_id, name, plan) SELECT id, $1, $2 FROM festival WHERE state = 'current' ON CONFLICT DO NOTHING RETURNING id;

-- name: change_programme
UPDATE programme SET name = $2, plan = $3, updated_at = clock_timestamp() WHERE id = $1 RETURNING id;

-- name: programmes
-- $1 one programme, or NULL for all of the festival that is current.
SELECT p.id, p.name, p.plan, p.updated_at, (SELECT count(*) FROM kiosk k WHERE k.programme_id = p.id AND k.revoked_at IS NULL) AS kiosks
FROM programme p
WHERE CASE WHEN $1::bigint IS NULL THEN p.festival_id = (SELECT id FROM festival WHERE state = 'current') ELSE p.id = $1 END
ORDER BY lower(p.name), p.id;

-- name: delete_programme
-- Only one that no screen plays.
DELETE FROM programme p WHERE p.id = $1 AND NOT EXISTS (SELECT FROM kiosk k WHERE k.programme_id = p.id) RETURNING id;

-- name: change_kiosk
UPDATE kiosk SET name = $2, place = $3, programme_id = $4, rotation = $5, sound = $6, volume = $7, touch = $8, idle_seconds = $9,
       side = $10, head_count = $11, changed_at = clock_timestamp()
WHERE id = $1 AND revoked_at IS NULL RETURNING id;

-- name: known_programme
SELECT id FROM programme WHERE id = $1;

-- name: replace_commands
-- $1 kiosk, $2 kinds: what has not been done yet is not done any more.
UPDATE kiosk_command SET done_at = clock_timestamp(), outcome = 'replaced' WHERE kiosk_id = $1 AND done_at IS NULL AND kind = ANY ($2::text[]);

-- name: save_command
-- $1 kiosk, $2 kind, $3 text, $4 who.
INSERT INTO kiosk_command (kiosk_id, kind, text, asked_by) SELECT id, $2, $3, $4 FROM kiosk WHERE id = $1 AND revoked_at IS NULL
RETURNING id, kind, text, asked_at AS at;

-- name: set_mode
UPDATE kiosk SET mode = $2 WHERE id = $1;

-- name: waiting_commands
-- $1 kiosk. What is for people in front of it is of no use later; the rest waits for half a day.
SELECT id, kind, text, asked_at AS at FROM kiosk_command
WHERE kiosk_id = $1 AND done_at IS NULL
  AND asked_at > clock_timestamp() - CASE WHEN kind IN ('identify', 'say', 'screenshot') THEN interval '10 minutes' ELSE interval '12 hours' END
ORDER BY id LIMIT 20;

-- name: done_command
-- $1 kiosk, $2 command, $3 outcome. Its first word stands.
UPDATE kiosk_command SET done_at = coalesce(done_at, clock_timestamp()), outcome = coalesce(outcome, $3) WHERE kiosk_id = $1 AND id = $2 RETURNING id;

-- name: fleet
-- $1 and $2 name and id of the screen it goes on after, $3 how many: those that are paired, with how far their votes have arrived.
SELECT k.id, k.name, k.place, k.programme_id AS programme, k.rotation, k.sound, k.volume, k.touch, k.idle_seconds, k.side, k.head_count,
       k.mode, k.paired_at, k.seen_at, j.received, greatest(j.counter, j.received) AS of, j.waiting,
       (SELECT cast_at FROM kiosk_vote v WHERE v.kiosk_id = k.id ORDER BY counter DESC LIMIT 1) AS last_vote_at,
       (SELECT count(*) FROM kiosk_finding f WHERE f.kiosk_id = k.id) AS findings,
       (SELECT count(*) FROM kiosk_command c WHERE c.kiosk_id = k.id AND c.done_at IS NULL AND c.asked_at > clock_timestamp()
          - CASE WHEN c.kind IN ('identify', 'say', 'screenshot') THEN interval '10 minutes' ELSE interval '12 hours' END) AS commands
FROM kiosk k JOIN kiosk_journal j ON j.kiosk_id = k.id WHERE k.revoked_at IS NULL AND (lower(k.name), k.id) > ($1, $2)
ORDER BY lower(k.name), k.id LIMIT $3;

-- name: place_in_fleet
-- $1 a screen.
SELECT lower(name) AS name FROM kiosk WHERE id = $1;

-- name: held_votes
-- Votes that all paired screens hold as far as is known.
SELECT coalesce(sum(greatest(j.waiting, j.counter - j.received, 0)), 0)::bigint
FROM kiosk k JOIN kiosk_journal j ON j.kiosk_id = k.id WHERE k.revoked_at IS NULL;

-- name: late_kiosks
-- $1 seen before: screens that should have said something since, and the votes they hold as far as is known.
SELECT k.id, k.name, k.seen_at, greatest(j.waiting, j.counter - j.received, 0) AS held
FROM kiosk k JOIN kiosk_journal j ON j.kiosk_id = k.id WHERE k.revoked_at IS NULL AND k.seen_at < $1 ORDER BY k.id LIMIT 1000;

-- name: votes_by_quarter
-- $1 from, $2 to: votes by the quarter of an hour in which they were cast.
SELECT date_bin('15 minutes', cast_at, $1) AS at, count(*) AS votes FROM kiosk_vote WHERE cast_at >= $1 AND cast_at < $2 GROUP BY 1 ORDER BY 1;
