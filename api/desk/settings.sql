-- name: hold_festival
-- Its settings are changed by one at a time.
SELECT id FROM festival WHERE state = 'current' FOR NO KEY UPDATE;

-- name: change_festival
UPDATE festival SET name = $2, starts_on = $3, ends_on = $4, time_zone = $5, place = $6, languages = $7, result_languages = $8, contact = $9,
                    privacy = $10, changed_at = clock_timestamp() WHERE id = $1;

-- name: change_theme
UPDATE festival SET accent = $2, sponsor = $3, changed_at = clock_timestamp() WHERE id = $1;

-- name: save_mark
-- $1 id, $2 festival, $3 kind, $4 the file as it came. Those that wait are given up for it.
WITH given_up AS (UPDATE mark SET state = 'failed', source = NULL WHERE festival_id = $2 AND kind = $3 AND state = 'queued')
INSERT INTO mark (id, festival_id, kind, source) VALUES ($1, $2, $3, $4);

-- name: last_marks
-- $1 festival: what was sent last of each kind.
SELECT DISTINCT ON (kind) kind, id, state, created_at FROM mark WHERE festival_id = $1 ORDER BY kind, created_at DESC;

-- name: remove_mark
-- $1 festival, $2 kind.
UPDATE festival SET logo_id = CASE $2 WHEN 'logo' THEN NULL ELSE logo_id END,
                    sponsor_id = CASE $2 WHEN 'sponsor' THEN NULL ELSE sponsor_id END, changed_at = clock_timestamp()
WHERE id = $1;

-- name: give_up_marks
-- $1 festival, $2 kind: what is still on its way.
UPDATE mark SET state = 'failed', source = NULL WHERE festival_id = $1 AND kind = $2 AND state = 'queued';
