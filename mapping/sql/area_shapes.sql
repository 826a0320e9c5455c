-- Geometry of one level's areas as GeoJSON text, in code order: code, geometry (or NULL).
SELECT code, ST_AsGeoJSON(coalesce(geom, point), 6)
FROM area
WHERE boundary_set_id = active_boundary_set() AND level = %(level)s AND current
  AND code >= %(within)s AND code < code_end(%(within)s)
ORDER BY code
