-- Every area in use: code, Thai name, whether it is current, and a point that stands for it where there is one.
SELECT code, name_th, current, ST_X(point) AS lng, ST_Y(point) AS lat
FROM (
    SELECT code, name_th, current, CASE WHEN level <> 'village' OR point_flag = 'ok' THEN point END AS point
    FROM area
    WHERE boundary_set_id = active_boundary_set()
) AS known
