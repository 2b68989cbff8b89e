-- name: episodes_by_state
SELECT state, count(*) AS episodes FROM episode_state GROUP BY state;

-- name: count_series
SELECT count(*) AS series, count(released_at) AS released FROM series;

-- name: save_audit_event
INSERT INTO audit_event (account_id, action, object, detail) VALUES ($1, $2, $3, $4);
