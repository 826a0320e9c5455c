-- How many pins of {faces}, and about how many bytes they are as Features: n, bytes.
-- On the sample country a Feature of the feed has about 900 bytes, and its words.
SELECT count(*) AS n, coalesce(sum(900 + octet_length(words)), 0)::bigint AS bytes FROM ({faces}) AS p
