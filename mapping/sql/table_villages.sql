-- Villages of the active set as an import reads them, coordinates as published, and what they are worth.
SELECT code, name_th, name_en, ST_Y(point) AS lat, ST_X(point) AS lng, point_flag, point_off_m,
    CASE WHEN point_flag = 'ok' THEN ST_AsBinary(point) END AS shape
FROM area
WHERE boundary_set_id = active_boundary_set() AND level = 'village' AND current
ORDER BY code
