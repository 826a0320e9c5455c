-- Drop what is older than %(before)s: edits that are settled, numbers of the feed, and who deleted a pin. That it was
-- deleted stays: a phone may come back after years. Of the numbers the oldest only are looked at, and the newest always
-- stays, so that a cursor at the end of a quiet feed is still known.
WITH graves AS (
    UPDATE tombstone SET by_id = NULL WHERE at < %(before)s AND by_id IS NOT NULL
), settled AS (
    DELETE FROM edit WHERE received_at < %(before)s AND state NOT IN ('held', 'conflict')
), oldest AS (
    SELECT pub, at FROM change WHERE pub < (SELECT last_pub FROM feed_state) ORDER BY pub LIMIT 100000
), told AS (
    DELETE FROM change WHERE pub <= (SELECT max(pub) FROM oldest WHERE at < %(before)s) RETURNING pub
)
SELECT count(*) AS told FROM told
