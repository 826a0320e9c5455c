-- One page of pins, newest first, as GeoJSON features; one row a pin: feature, received_at, number.
-- %(before_at)s, %(before_number)s: the last of the page before, or NULL. %(size)s rows.
SELECT {feature} AS feature, p.received_at, p.number
FROM (
    SELECT * FROM ({faces}) AS f
    WHERE {after}
    ORDER BY received_at DESC, number DESC
    LIMIT %(size)s
) AS p
ORDER BY p.received_at DESC, p.number DESC
