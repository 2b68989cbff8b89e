-- name: watch_rule
SELECT watch FROM award WHERE id = $1;

-- name: entry_episodes
-- $1 award: what there is to watch of each entry that is released; of an episode's entry, that episode.
SELECT n.id AS entry, n.episode_id IS NOT NULL AS single,
       coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'seconds', greatest(round((c.descriptor->>'duration')::float8), 1)::int)
                ORDER BY e.number) FILTER (WHERE c.id IS NOT NULL), '[]') AS episodes
FROM entry n JOIN series s ON s.id = n.series_id AND s.released_at IS NOT NULL
LEFT JOIN episode e ON e.series_id = s.id AND (n.episode_id IS NULL OR e.id = n.episode_id)
LEFT JOIN current_package c ON c.episode_id = e.id
WHERE n.award_id = $1 GROUP BY n.id ORDER BY n.id;

-- name: watched_entries
SELECT w.entry FROM watched w JOIN ballot b ON b.id = w.ballot WHERE b.award_id = $1 AND b.id = $2;

-- name: save_watched
INSERT INTO watched (ballot, entry) SELECT b.id, $3 FROM ballot b WHERE b.award_id = $1 AND b.id = $2 ON CONFLICT DO NOTHING;

-- name: key_of_ballot
SELECT voter_key FROM ballot WHERE award_id = $1 AND id = $2;
