-- Take what one subscription is to be told now, so that no other worker does. A row is one notice, in the order of
-- its entries. A message that is tried again holds what it held before, so that its key names the same words.
-- %(message)s a new id   %(pause_s)s seconds between two messages to one follower
WITH next AS (
    SELECT s.id,
           (SELECT n.message FROM notice AS n
            WHERE n.subscription_id = s.id AND n.state = 'waiting' AND n.due_at <= statement_timestamp()
            ORDER BY n.message NULLS LAST, n.id LIMIT 1) AS again
    FROM subscription AS s
    WHERE s.unsubscribed_at IS NULL
      AND EXISTS (SELECT FROM notice AS n
                  WHERE n.subscription_id = s.id AND n.state = 'waiting' AND n.due_at <= statement_timestamp()
                    AND (n.message IS NOT NULL OR s.last_sent_at IS NULL
                         OR s.last_sent_at <= statement_timestamp() - make_interval(secs => %(pause_s)s)))
    ORDER BY s.last_sent_at NULLS FIRST, s.id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE notice SET state = 'sending', tries = tries + 1, claimed_at = statement_timestamp(),
                      message = coalesce(next.again, %(message)s)
    FROM next
    WHERE notice.subscription_id = next.id AND notice.state = 'waiting' AND notice.due_at <= statement_timestamp()
      AND notice.message IS NOT DISTINCT FROM next.again
    RETURNING notice.id, notice.subscription_id, notice.entry_id, notice.tries, notice.message
)
SELECT taken.id, taken.subscription_id, taken.tries, taken.message,
       entry.pin_id, entry.at, entry.kind, entry.to_status, public_words(entry.words) AS words
FROM taken JOIN entry ON entry.id = taken.entry_id
WHERE entry.public
ORDER BY entry.at, entry.id
