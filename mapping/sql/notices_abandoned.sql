-- What a worker took and said nothing more of: LINE knows the message by its key and does not deliver it twice, so
-- it is tried again; an e-mail may have gone out and is not. %(after_s)s
UPDATE notice
SET state = CASE WHEN s.channel = 'line' AND notice.claimed_at > statement_timestamp() - interval '20 hours' THEN 'waiting'
                 ELSE 'uncertain' END
FROM subscription AS s
WHERE s.id = notice.subscription_id AND notice.state = 'sending'
  AND notice.claimed_at < statement_timestamp() - make_interval(secs => %(after_s)s)
