-- name: audit_lines
-- $1 lines before this id or NULL, $2 how many, $3 who or NULL, $4 action or NULL, $5 kind of object or NULL, $6 its number or NULL,
-- $7 from, $8 to, $9 text to find in small letters or NULL. The newest first.
SELECT * FROM (
  SELECT e.id, e.at, e.action, o.kind, o.number, e.detail, a.id AS account, a.name, a.role, encode(l.hash, 'hex') AS hash,
         CASE o.kind
           WHEN 'award' THEN (SELECT name FROM award WHERE id = o.number)
           WHEN 'flag' THEN (SELECT w.name FROM flag f JOIN award w ON w.id = f.award_id WHERE f.id = o.number)
           WHEN 'void' THEN (SELECT w.name FROM void_request v JOIN award w ON w.id = v.award_id WHERE v.id = o.number)
           WHEN 'paper' THEN (SELECT w.name FROM paper_batch b JOIN award w ON w.id = b.award_id WHERE b.id = o.number)
           WHEN 'series' THEN (SELECT title FROM series WHERE id = o.number)
           WHEN 'episode' THEN (SELECT s.title FROM episode p JOIN series s ON s.id = p.series_id WHERE p.id = o.number)
           WHEN 'section' THEN (SELECT name FROM section WHERE id = o.number)
           WHEN 'festival' THEN (SELECT name FROM festival WHERE CASE WHEN o.number IS NULL THEN state = 'current' ELSE id = o.number END)
           WHEN 'screening' THEN (SELECT name FROM screening WHERE id = o.number)
           WHEN 'shortlist' THEN (SELECT name FROM shortlist WHERE id = o.number)
           WHEN 'round' THEN (SELECT name FROM shortlist WHERE id = o.number)
           WHEN 'jury' THEN (SELECT name FROM jury WHERE id = o.number)
         END AS title,
         CASE o.kind
           WHEN 'account' THEN (SELECT name FROM account WHERE id = o.number)
           WHEN 'company' THEN (SELECT name FROM company WHERE id = o.number)
           WHEN 'kiosk' THEN (SELECT name FROM kiosk WHERE id = o.number)
           WHEN 'programme' THEN (SELECT name FROM programme WHERE id = o.number)
           WHEN 'badge' THEN (SELECT label FROM badge WHERE id = o.number)
           WHEN 'paper' THEN (SELECT number::text FROM paper_batch WHERE id = o.number)
           WHEN 'episode' THEN (SELECT number::text FROM episode WHERE id = o.number)
         END AS label
  FROM audit_event e LEFT JOIN account a ON a.id = e.account_id LEFT JOIN audit_link l ON l.event_id = e.id
  CROSS JOIN LATERAL (SELECT split_part(e.object, ':', 1) AS kind,
                             CASE WHEN split_part(e.object, ':', 2) ~ '^[0-9]{1,18}$' THEN split_part(e.object, ':', 2)::bigint END AS number) o
  WHERE ($1::bigint IS NULL OR e.id < $1) AND ($3::bigint IS NULL OR e.account_id = $3) AND ($4::text IS NULL OR e.action = $4)
    AND ($5::text IS NULL OR (e.object = $5 OR e.object LIKE $5 || ':%')) AND ($6::bigint IS NULL OR o.number = $6)
    AND ($7::timestamptz IS NULL OR e.at >= $7) AND ($8::timestamptz IS NULL OR e.at < $8)) found
WHERE $9::text IS NULL OR position($9 IN lower(concat_ws(' ', action, kind, number, name, label, title::text, detail::text))) > 0
ORDER BY id DESC LIMIT $2;

-- name: audit_people
-- Who has done anything, by name.
SELECT a.id, a.name, a.role FROM account a WHERE EXISTS (SELECT FROM audit_event e WHERE e.account_id = a.id) ORDER BY a.name, a.id LIMIT 500;

-- name: audit_words
-- The actions and kinds of objects there are.
SELECT coalesce(array_agg(DISTINCT action ORDER BY action), '{}') AS actions,
       coalesce(array_agg(DISTINCT split_part(object, ':', 1) ORDER BY split_part(object, ':', 1)), '{}') AS kinds FROM audit_event;
