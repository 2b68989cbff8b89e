-- name: awards_to_check
-- Awards whose check is due: every so often while votes can arrive, once more when that is over, never after publication.
SELECT a.id FROM award a JOIN festival f ON f.id = a.festival_id AND f.state <> 'rehearsal' LEFT JOIN award_watch w ON w.award_id = a.id
WHERE a.published_at IS NULL AND clock_timestamp() >= a.opens_at AND w.finished_at IS NULL
  AND (w.check_at IS NULL OR w.check_at <= clock_timestamp()) ORDER BY a.id;

-- name: claim_check
-- $1 award, $2 how long the claim holds. One process gets it. `over`: no vote can be under way any more.
INSERT INTO award_watch (award_id, check_at) VALUES ($1, clock_timestamp() + $2::interval)
ON CONFLICT (award_id) DO UPDATE SET check_at = excluded.check_at
  WHERE award_watch.check_at <= clock_timestamp() AND award_watch.finished_at IS NULL
RETURNING clock_timestamp() AS now,
  (SELECT clock_timestamp() >= closes_at + grace + interval '10 seconds' FROM award WHERE id = $1) AS over;

-- name: end_check
-- $1 award, $2 how long until the next, $3 whether there is none.
UPDATE award_watch SET check_at = clock_timestamp() + $2::interval,
       finished_at = CASE WHEN $3 THEN clock_timestamp() END WHERE award_id = $1;

-- name: limit_check
-- For this transaction: a check that takes longer waits for a quieter moment. In a rush the planner's statistics are those
-- of an hour ago, when there were few votes, and going through them one by one looked cheap.
-- What it sorts stays off the disk that votes commit to.
SELECT set_config('statement_timeout', '4s', true), set_config('enable_nestloop', 'off', true), set_config('work_mem', '128MB', true);

-- name: counted_to
-- $1 award: where counting minutes goes on. The row is there for the marks of this award to be kept in.
INSERT INTO award_watch (award_id) VALUES ($1) ON CONFLICT (award_id) DO UPDATE SET counted_to = award_watch.counted_to
RETURNING coalesce(counted_to, (SELECT date_trunc('minute', opens_at) FROM award WHERE id = $1)) AS counted_to;

-- name: count_minutes
-- $1 award, $2 from, $3 to: ballots that voted for each entry in each minute. Who sat in the hall or stood at a kiosk,
-- with a badge or without, was seen there; halls vote all at once, and kiosks hand over at once what they kept.
INSERT INTO entry_minute (award_id, minute, entry, votes)
SELECT $1, date_trunc('minute', v.cast_at), e.entry, count(DISTINCT v.ballot)
FROM vote_event v JOIN ballot b ON b.id = v.ballot AND b.barred_at IS NULL AND b.tier NOT IN ('hall', 'kiosk')
CROSS JOIN LATERAL unnest(coalesce(v.choices, ARRAY[v.question])) AS e(entry)
WHERE v.award_id = $1 AND v.cast_at >= $2 AND v.cast_at < $3 AND v.kind = 1 AND v.channel = 1
GROUP BY 2, 3 ON CONFLICT DO NOTHING;

-- name: mark_counted
UPDATE award_watch SET counted_to = greatest(counted_to, $2) WHERE award_id = $1;

-- name: full_minutes
-- $1 award, $2 from, $3 to, $4 votes: minutes in which an entry got as many.
SELECT DISTINCT minute FROM entry_minute WHERE award_id = $1 AND minute >= $2 AND minute < $3 AND votes >= $4 ORDER BY 1;

-- name: minute_votes
-- $1 award, $2 minute, $3 votes: the entries with as many, and their last day.
WITH past AS (
  SELECT entry, count(*) AS minutes, avg(votes)::float8 AS mean, coalesce(stddev_samp(votes), 0)::float8 AS deviation, sum(votes) AS votes
  FROM entry_minute WHERE award_id = $1 AND minute >= $2::timestamptz - interval '1 day' AND minute < $2 AND NOT odd GROUP BY entry)
SELECT m.entry, m.minute, m.votes, p.minutes, p.mean, p.deviation,
       (SELECT sum(votes) FROM entry_minute WHERE award_id = $1 AND minute = $2) - m.votes AS others,
       (p.votes / (SELECT sum(votes) FROM past))::float8 AS share
FROM entry_minute m JOIN past p ON p.entry = m.entry
WHERE m.award_id = $1 AND m.minute = $2 AND m.votes >= $3 ORDER BY m.entry;

-- name: mark_odd
UPDATE entry_minute SET odd = true WHERE award_id = $1 AND minute = $2 AND entry = $3;

-- name: ballots_of_minute
SELECT DISTINCT v.ballot FROM vote_event v JOIN ballot b ON b.id = v.ballot AND b.barred_at IS NULL AND b.tier NOT IN ('hall', 'kiosk')
WHERE v.award_id = $1 AND v.cast_at >= $2 AND v.cast_at < $2 + interval '1 minute' AND v.kind = 1 AND v.channel = 1
  AND $3::bigint = ANY (coalesce(v.choices, ARRAY[v.question])) ORDER BY 1;

-- name: single_entries
-- $1 award: of each entry's ballots those that voted for nothing else, and the same of ballots that are not among these.
-- A sheet of paper is often about one film only.
WITH standing AS MATERIALIZED (SELECT ballot, entry FROM standing_vote WHERE award_id = $1 AND tier <> 'paper'),
of_ballot AS MATERIALIZED (SELECT ballot, count(*) AS entries, min(entry) AS entry FROM standing GROUP BY ballot),
every AS (SELECT count(*) AS ballots, count(*) FILTER (WHERE entries = 1) AS single FROM of_ballot),
single AS (SELECT entry, count(*) AS ballots FROM of_ballot WHERE entries = 1 GROUP BY entry)
SELECT s.entry, (SELECT count(*) FROM standing v WHERE v.entry = s.entry) AS ballots, s.ballots AS odd,
       every.ballots - s.ballots AS others, every.single - s.ballots AS others_odd
FROM single s, every WHERE s.ballots >= $2 ORDER BY s.entry;

-- name: single_ballots
SELECT ballot FROM standing_vote WHERE award_id = $1 AND tier <> 'paper' GROUP BY ballot HAVING count(*) = 1 AND min(entry) = $2::bigint ORDER BY 1;

-- name: fast_entries
-- $1 award, $2 entries, $3 the seconds each takes at least: first votes that came sooner after the ballot was issued.
-- Who sat in the hall or stood at a kiosk, with a badge or without, has seen it there.
WITH first AS (
  SELECT e.entry, v.cast_at - b.created_at < t.seconds * interval '1 second' AS fast
  FROM vote_event v JOIN ballot b ON b.id = v.ballot AND b.barred_at IS NULL AND b.tier NOT IN ('hall', 'kiosk')
  CROSS JOIN LATERAL unnest(coalesce(v.choices, ARRAY[v.question])) AS e(entry)
  JOIN unnest($2::bigint[], $3::float8[]) AS t(entry, seconds) ON t.entry = e.entry
  WHERE v.award_id = $1 AND v.revision = 1 AND v.kind = 1 AND v.channel = 1),
by_entry AS (SELECT entry, count(*) AS ballots, count(*) FILTER (WHERE fast) AS odd FROM first GROUP BY entry)
SELECT entry, ballots, odd, (sum(ballots) OVER ())::bigint - ballots AS others, (sum(odd) OVER ())::bigint - odd AS others_odd
FROM by_entry ORDER BY entry;

-- name: fast_ballots
-- $1 award, $2 entry, $3 seconds.
SELECT DISTINCT v.ballot FROM vote_event v
JOIN ballot b ON b.id = v.ballot AND b.barred_at IS NULL AND b.tier NOT IN ('hall', 'kiosk')
WHERE v.award_id = $1 AND v.revision = 1 AND v.kind = 1 AND v.channel = 1 AND $2::bigint = ANY (coalesce(v.choices, ARRAY[v.question]))
  AND v.cast_at - b.created_at < $3::float8 * interval '1 second' ORDER BY 1;

-- name: networks
-- $1 award, $2 ballots: networks outside the venue with as many ballots that voted, the entry most of these support, and
-- how it does elsewhere. A ballot asked for in two networks counts in both.
WITH standing AS MATERIALIZED (SELECT ballot, entry, supports FROM standing_vote WHERE award_id = $1),
voted AS MATERIALIZED (SELECT DISTINCT ballot FROM standing),
place AS MATERIALIZED (SELECT DISTINCT o.network, o.ballot FROM ballot_origin o JOIN voted USING (ballot)
                       WHERE o.award_id = $1 AND NOT o.venue AND o.network IS NOT NULL),
size AS (SELECT network, count(*) AS ballots FROM place GROUP BY network),
large AS MATERIALIZED (SELECT network, ballots FROM size WHERE ballots >= $2),
liked AS MATERIALIZED (SELECT entry, count(*) AS ballots FROM standing WHERE supports GROUP BY entry),
supported AS (SELECT p.network, s.entry, count(*) AS ballots FROM place p JOIN large USING (network)
              JOIN standing s ON s.ballot = p.ballot AND s.supports GROUP BY 1, 2),
most AS (SELECT DISTINCT ON (network) network, entry, ballots FROM supported ORDER BY network, ballots DESC, entry),
two AS MATERIALIZED (SELECT network, ballots FROM size ORDER BY ballots DESC LIMIT 2)
SELECT z.network, z.ballots, m.entry, coalesce(m.ballots, 0) AS supporters,
       (SELECT count(*) FROM voted) - z.ballots AS elsewhere,
       coalesce((SELECT l.ballots FROM liked l WHERE l.entry = m.entry), 0) - coalesce(m.ballots, 0) AS elsewhere_supporters,
       coalesce((SELECT max(y.ballots) FROM two y WHERE y.network <> z.network), 0) AS next
FROM large z LEFT JOIN most m ON m.network = z.network ORDER BY z.network;

-- name: network_ballots
SELECT DISTINCT o.ballot FROM ballot_origin o JOIN ballot b ON b.id = o.ballot AND b.barred_at IS NULL
WHERE o.award_id = $1 AND o.network = $2 AND NOT o.venue
  AND EXISTS (SELECT FROM vote_event v WHERE v.award_id = $1 AND v.ballot = o.ballot) ORDER BY 1;

-- name: badges_on_devices
-- $1 award, $2 more devices than this.
SELECT o.ballot, count(*) AS devices FROM ballot_origin o
JOIN ballot b ON b.id = o.ballot AND b.tier = 'badge' AND b.barred_at IS NULL
WHERE o.award_id = $1 GROUP BY o.ballot HAVING count(*) > $2 ORDER BY 1;

-- name: channel_votes
SELECT entry, supports, count(*) FILTER (WHERE channel = 2) AS kiosk, count(*) FILTER (WHERE channel = 1) AS phone
FROM standing_vote WHERE award_id = $1 GROUP BY entry, supports ORDER BY entry, supports;

-- name: channel_ballots
-- $1 award, $2 entry, $3 whether supported, $4 channel.
SELECT DISTINCT ballot FROM standing_vote WHERE award_id = $1 AND entry = $2 AND supports = $3 AND channel = $4::smallint ORDER BY 1;

-- name: save_flag
-- Once per award, kind and subject; an open one takes in more ballots. A settled one speaks up again only where what
-- people decided no longer covers it: new ballots after a void, or after a dismissal as many new ones as it had.
INSERT INTO flag (award_id, what, subject, ballots, numbers) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (award_id, what, subject) DO UPDATE
SET ballots = array(SELECT DISTINCT x FROM unnest(flag.ballots || excluded.ballots) AS x ORDER BY x), numbers = excluded.numbers,
    raised_at = CASE WHEN flag.settled_at IS NULL THEN flag.raised_at ELSE clock_timestamp() END,
    settled_at = NULL, settled_by = NULL, outcome = NULL
WHERE (SELECT count(*) FROM (SELECT unnest(excluded.ballots) EXCEPT SELECT unnest(flag.ballots)) AS fresh)
  >= CASE WHEN flag.outcome = 'dismissed' THEN greatest(cardinality(flag.ballots), 1) ELSE 1 END
RETURNING id;
