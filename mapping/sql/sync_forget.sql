-- Drop what is older than %(before)s: tombstones, edits that are settled, numbers of the feed. Of these the oldest only
-- are looked at, and the newest always stays, so that a cursor at the end of a quiet feed is still known.
WITH graves AS (
    DELETE FROM tombstone WHERE at < %(before)s
), settled AS (
    DELETE FROM edit WHERE received_at < %(before)s AND state NOT IN ('held', 'conflict')
), oldest AS (
    SELECT pub, at FROM change WHERE pub < (SELECT last_pub FROM feed_state) ORDER BY pub LIMIT 100000
), told AS (
    DELETE FROM change WHERE pub <= (SELECT max(pub) FROM oldest WHERE at < %(before)s) RETURNING pub
)
SELECT count(*) AS told FROM told
