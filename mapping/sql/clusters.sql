-- Pins drawn together where they would overlap: one row a cell of about 64 pixels, or one pin alone.
-- %(side)s side of a cell in degrees   %(most)s rows at the most   %(most_pins)s pins that are looked at: `looked` of them were
WITH looked AS MATERIALIZED (
    SELECT id, number, category, severity, status, checked, place_precision, ST_X(place) AS lng, ST_Y(place) AS lat
    FROM ({faces}) AS p
    WHERE joined_to IS NULL
    LIMIT %(most_pins)s
)
SELECT count(*)::int AS pins, avg(lng) AS lng, avg(lat) AS lat,
    min(lng) AS w, min(lat) AS s, max(lng) AS e, max(lat) AS n,
    (array_agg(id ORDER BY number))[1] AS id, (array_agg(number ORDER BY number))[1] AS number,
    (array_agg(category ORDER BY number))[1] AS category, (array_agg(severity ORDER BY number))[1] AS severity,
    (array_agg(status ORDER BY number))[1] AS status, (array_agg(checked ORDER BY number))[1] AS checked,
    (array_agg(place_precision ORDER BY number))[1] AS place_precision, (SELECT count(*) FROM looked) AS looked
FROM looked
GROUP BY floor(lng / %(side)s), floor(lat / %(side)s)
ORDER BY pins DESC
LIMIT %(most)s
