-- The subdistrict of a chosen village or else of a point, flag, and up to 8 of its villages, nearest first.
-- %(lng)s, %(lat)s degrees, NULL where a village without a usable point is meant   %(village)s text or NULL
SELECT area.code, at.flag, village.code AS village, village.name_th, village.name_en,
    ST_X(village.point) AS lng, ST_Y(village.point) AS lat, round(village.distance_m)::int AS distance_m
FROM (
    SELECT coalesce(left(%(village)s::text, 6), found.code) AS code,
        CASE WHEN %(village)s::text IS NULL THEN found.flag END AS flag
    FROM subdistrict_at(ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326)) AS found
) AS at
LEFT JOIN area ON area.boundary_set_id = active_boundary_set() AND area.code = at.code
LEFT JOIN LATERAL (
    SELECT v.code, v.name_th, v.name_en, v.point,
        ST_DistanceSphere(v.point, ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326)) AS distance_m
    FROM area AS v
    WHERE v.boundary_set_id = active_boundary_set() AND v.level = 'village' AND v.point_flag = 'ok'
      AND v.code >= at.code AND v.code < code_end(at.code)
      AND %(lng)s::float8 IS NOT NULL
    ORDER BY distance_m, v.code
    LIMIT 8
) AS village ON true
ORDER BY village.distance_m
