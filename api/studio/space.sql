-- name: space_of_company
-- $1 a company, $2 what the house gives every company. What is here or on its way counts, older files of an episode too:
-- they are kept.
SELECT coalesce(c.quota_bytes, $2::bigint) AS "limit",
       (SELECT coalesce(sum(o.size), 0)::bigint
        FROM original o JOIN episode e ON e.id = o.episode_id JOIN series s ON s.id = e.series_id
        WHERE s.company_id = c.id AND o.state IN ('open', 'received')) AS used
FROM company c WHERE c.id = $1;

-- name: rooms
-- $1 what the house gives every company. The fullest first.
SELECT c.id AS company, c.name, c.quota_bytes IS NOT NULL AS own, coalesce(c.quota_bytes, $1::bigint) AS "limit",
       coalesce(f.used, 0)::bigint AS used
FROM company c LEFT JOIN (
    SELECT s.company_id, sum(o.size) AS used
    FROM original o JOIN episode e ON e.id = o.episode_id JOIN series s ON s.id = e.series_id
    WHERE o.state IN ('open', 'received') GROUP BY s.company_id
) f ON f.company_id = c.id
ORDER BY coalesce(f.used, 0) / coalesce(c.quota_bytes, $1::bigint) DESC, c.name, c.id;

-- name: give_room
-- $1 a company, $2 bytes, NULL as for every company.
UPDATE company SET quota_bytes = $2 WHERE id = $1 RETURNING id;

-- name: company_of_series
-- $1 a series, $2 a company or NULL for any.
SELECT company_id FROM series WHERE id = $1 AND ($2::bigint IS NULL OR company_id = $2);
