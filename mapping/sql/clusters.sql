-- Pins drawn together where they would overlap: one row a cell of about 64 pixels, or one pin alone.
-- %(side)s side of a cell in degrees   %(most)s rows at the most
SELECT count(*)::int AS pins, avg(ST_X(p.place)) AS lng, avg(ST_Y(p.place)) AS lat,
    min(ST_X(p.place)) AS w, min(ST_Y(p.place)) AS s, max(ST_X(p.place)) AS e, max(ST_Y(p.place)) AS n,
    (array_agg(p.id ORDER BY p.number))[1] AS id, (array_agg(p.number ORDER BY p.number))[1] AS number,
    (array_agg(p.category ORDER BY p.number))[1] AS category, (array_agg(p.severity ORDER BY p.number))[1] AS severity,
    (array_agg(p.status ORDER BY p.number))[1] AS status, (array_agg(p.checked ORDER BY p.number))[1] AS checked,
    (array_agg(p.place_precision ORDER BY p.number))[1] AS place_precision
FROM ({faces}) AS p
WHERE p.joined_to IS NULL
GROUP BY floor(ST_X(p.place) / %(side)s), floor(ST_Y(p.place) / %(side)s)
ORDER BY pins DESC
LIMIT %(most)s
