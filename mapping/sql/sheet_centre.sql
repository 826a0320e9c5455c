-- Where a village is drawn: its own point, else that of the smallest area above it which has one. lng, lat.
-- %(village)s
SELECT ST_X(at) AS lng, ST_Y(at) AS lat
FROM (
    SELECT CASE WHEN point_flag = 'ok' AND point IS NOT NULL THEN point ELSE standing_point(code) END AS at
    FROM area
    WHERE boundary_set_id = active_boundary_set() AND code = %(village)s
) AS found
WHERE at IS NOT NULL
