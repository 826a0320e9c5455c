-- After a restore: a new generation, of which the backup %(name)s is the first.
WITH renewed AS (
    UPDATE feed_state SET generation = gen_random_uuid() RETURNING generation, last_pub
)
INSERT INTO backup (id, generation, pub, name, at)
SELECT gen_random_uuid(), generation, last_pub, %(name)s, now() FROM renewed
