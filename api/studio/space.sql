-- name: space_of_company
-- $1 a company, $2 what the house gives every company. What is here or on its way counts, older files of an episode too:
-- they are kept.
SELECT coalesce(c.quota_bytes, $2::bigint) AS "limit",
       (SELECT coalesce(sum(o.size), 0)::bigint
        FROM original o JOIN episode e ON e.id = o.episode_id JOIN series s ON s.id = e.series_id
        WHERE s.company_id = c.id AND o.state IN ('open', 'received')) AS used
FROM company c WHERE c.id = $1;

-- name: company_of_series
-- $1 a series, $2 a company or NULL for any.
SELECT company_id FROM series WHERE id = $1 AND ($2::bigint IS NULL OR company_id = $2);
