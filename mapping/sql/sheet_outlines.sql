-- Subdistricts in a frame as paths of an SVG, the one of the village last: code, names, path, and where its name
-- stands. In the units of the drawing: %(scale)s units a metre of Web Mercator, x from %(west)s, y down from %(north)s.
-- %(west)s, %(south)s, %(east)s, %(north)s   metres   %(own)s code   %(band)s of area_shape
WITH frame AS (
    SELECT ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857) AS box
), drawn AS (
    SELECT shape.code,
        ST_Affine(ST_ClipByBox2D(shape.geom, ST_Expand(frame.box, (%(east)s - %(west)s) / 20)::box2d),
            %(scale)s, 0, 0, %(scale)s, -%(west)s * %(scale)s, -%(north)s * %(scale)s) AS geom,
        ST_Affine(ST_ClipByBox2D(shape.geom, frame.box::box2d),
            %(scale)s, 0, 0, %(scale)s, -%(west)s * %(scale)s, -%(north)s * %(scale)s) AS seen
    FROM frame, area_shape AS shape
    WHERE shape.boundary_set_id = active_boundary_set() AND shape.band = %(band)s AND shape.level = 'subdistrict'
      AND shape.geom && frame.box
    ORDER BY shape.code
    LIMIT 60
)
SELECT drawn.code, area.name_th, area.name_en, ST_AsSVG(drawn.geom, 0, 0) AS path,
    ST_X(ST_PointOnSurface(seen)) AS x, -ST_Y(ST_PointOnSurface(seen)) AS y
FROM drawn
JOIN area ON area.boundary_set_id = active_boundary_set() AND area.code = drawn.code
WHERE NOT ST_IsEmpty(drawn.geom)
ORDER BY drawn.code = %(own)s, drawn.code
