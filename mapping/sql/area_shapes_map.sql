-- Geometry of one level's areas as a map needs it, as GeoJSON text, in code order: code, geometry (or NULL).
-- %(band)s band of area_shape   %(digits)s decimals of a degree
SELECT area.code, ST_AsGeoJSON(coalesce(ST_Transform(shape.geom, 4326), area.geom, area.point), %(digits)s)
FROM area
LEFT JOIN area_shape AS shape
    ON shape.boundary_set_id = area.boundary_set_id AND shape.band = %(band)s AND shape.code = area.code
WHERE area.boundary_set_id = active_boundary_set() AND area.level = %(level)s AND current
  AND area.code >= %(within)s AND area.code < code_end(%(within)s)
ORDER BY area.code
