-- One vector tile of areas: layers province, district and subdistrict as the band has them, each area with its code;
-- layer label, the names that have room at this zoom, each in one tile only. An empty tile is an empty text.
-- %(set)s boundary set   %(band)s band of area_shape   %(named)s level of the labels   %(z)s, %(x)s, %(y)s the tile
-- %(per_m)s, %(right)s, %(down)s from metres to the 4096 units of a side
-- The boxes hold constants only, so that the planner knows how little of the country a tile needs.
-- ST_AsMVTGeom would clip and repair every shape, which takes five times as long as all the rest; ours are simplified
-- for the zoom and stay valid on the grid of a tile but for a few that touch themselves where they are cut.
WITH cut AS MATERIALIZED (
    SELECT level, code, geom,
           ST_SnapToGrid(ST_Affine(
               CASE WHEN geom @ ST_TileEnvelope(%(z)s, %(x)s, %(y)s) THEN geom
                    ELSE ST_ClipByBox2D(geom, ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64 / 4096.0)) END,
               %(per_m)s, 0, 0, -%(per_m)s, %(right)s, %(down)s), 1) AS drawn
    FROM area_shape
    WHERE boundary_set_id = %(set)s AND band = %(band)s
      AND geom && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64 / 4096.0)
),
shape AS MATERIALIZED (
    SELECT level, code,
           CASE WHEN geom @ ST_TileEnvelope(%(z)s, %(x)s, %(y)s) OR ST_IsValid(drawn) THEN ST_ForcePolygonCCW(drawn)
                ELSE ST_AsMVTGeom(geom, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) END AS geom
    FROM cut
    WHERE NOT ST_IsEmpty(drawn)
),
layer AS (
    SELECT 1 AS place, ST_AsMVT(row, 'province', 4096, 'geom') AS bytes
    FROM (SELECT code, geom FROM shape WHERE level = 'province' AND geom IS NOT NULL) AS row
    UNION ALL
    SELECT 2, ST_AsMVT(row, 'district', 4096, 'geom')
    FROM (SELECT code, geom FROM shape WHERE level = 'district' AND geom IS NOT NULL) AS row
    UNION ALL
    SELECT 3, ST_AsMVT(row, 'subdistrict', 4096, 'geom')
    FROM (SELECT code, geom FROM shape WHERE level = 'subdistrict' AND geom IS NOT NULL) AS row
    UNION ALL
    SELECT 4, ST_AsMVT(row, 'label', 4096, 'geom')
    FROM (
        SELECT code, name_th, name_en,
               ST_AsMVTGeom(ST_Transform(point, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 0, true) AS geom
        FROM (
            -- Of few large areas the index by level is asked, and OFFSET keeps it so: the index of points would give
            -- all the villages of the tile, 37,000 of them at zoom 5.
            (SELECT code, name_th, name_en, point FROM area
             WHERE %(named)s IN ('province', 'district')
               AND boundary_set_id = %(set)s AND level = %(named)s AND current OFFSET 0)
            UNION ALL
            (SELECT code, name_th, name_en, point FROM area
             WHERE %(named)s NOT IN ('province', 'district')
               AND boundary_set_id = %(set)s AND level = %(named)s AND current
               AND point && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4326))
        ) AS named
        WHERE point && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4326)
    ) AS row
    WHERE geom IS NOT NULL
)
SELECT string_agg(bytes, '' ORDER BY place) AS tile FROM layer
