-- Needs of one village for its meeting, oldest first, by the face the reader may see: leads only, none that waits
-- for a check. lng and lat in degrees, NULL where no exact point may be shown. One row a need.
-- %(most)s rows
SELECT p.id, p.number, p.category, p.words, p.severity, p.status, p.confirmations, p.received_at,
    CASE WHEN p.place_precision = 'exact' THEN ST_X(p.place) END AS lng,
    CASE WHEN p.place_precision = 'exact' THEN ST_Y(p.place) END AS lat
FROM ({faces}) AS p
WHERE p.joined_to IS NULL AND p.counts
ORDER BY p.number
LIMIT %(most)s
