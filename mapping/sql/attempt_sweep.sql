-- Forgets what counts no more; rows that somebody is counting on just now are left for the next time.
DELETE FROM attempt
WHERE key IN (SELECT key FROM attempt WHERE until < clock_timestamp() LIMIT 1000 FOR UPDATE SKIP LOCKED)
