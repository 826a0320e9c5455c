-- What a map of an office's territory draws: a row a code, in code order, with its GeoJSON or NULL.
-- %(office)s its id   %(band)s band of area_shape
SELECT place.code, area.name_th, area.name_en,
       ST_AsGeoJSON(CASE WHEN area.level = 'village'
                         THEN CASE WHEN area.point_flag = 'ok' THEN area.point END
                         ELSE coalesce(ST_Transform(shape.geom, 4326), area.geom) END, 5) AS geometry
FROM office_area AS place
LEFT JOIN area ON area.boundary_set_id = active_boundary_set() AND area.code = place.code
LEFT JOIN area_shape AS shape
    ON shape.boundary_set_id = area.boundary_set_id AND shape.band = %(band)s AND shape.code = area.code
WHERE place.office_id = %(office)s
ORDER BY place.code
