-- Counts one attempt of a key unless its window is full; one row: whether it was let through, and
-- how many seconds until the next one is. One statement, so that a hundred at once are counted one
-- after the other by the row's lock. A refused attempt is not counted: it would lengthen nobody's wait.
-- %(key)s bytea   %(most)s integer   %(window_s)s integer, seconds
INSERT INTO attempt AS a (key, at, allowed, until)
VALUES (%(key)s, ARRAY[clock_timestamp()], true, clock_timestamp() + make_interval(secs => %(window_s)s))
ON CONFLICT (key) DO UPDATE
SET (at, allowed, until) = (
    SELECT CASE WHEN cardinality(r.at) < %(most)s THEN r.at || r.now ELSE r.at END,
           cardinality(r.at) < %(most)s,
           r.now + make_interval(secs => %(window_s)s)
    FROM (
        SELECT coalesce(array_agg(t ORDER BY t) FILTER (WHERE t > n.now - make_interval(secs => %(window_s)s)),
                        '{}') AS at,
               n.now
        FROM (SELECT clock_timestamp() AS now) AS n LEFT JOIN unnest(a.at) AS t ON true
        GROUP BY n.now
    ) AS r
)
RETURNING allowed, ceil(extract(epoch FROM at[1] - clock_timestamp()) + %(window_s)s)::integer AS wait_s
