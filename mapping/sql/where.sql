-- The subdistrict of a point, flag, and up to 8 of its villages, nearest first.
SELECT area.code, at.flag, village.code AS village, village.name_th, village.name_en,
    ST_X(village.point) AS lng, ST_Y(village.point) AS lat, round(village.distance_m)::int AS distance_m
FROM subdistrict_at(ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326)) AS at
LEFT JOIN area ON area.boundary_set_id = active_boundary_set() AND area.code = at.code
LEFT JOIN LATERAL (
    SELECT v.code, v.name_th, v.name_en, v.point,
        ST_DistanceSphere(v.point, ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326)) AS distance_m
    FROM area AS v
    WHERE v.boundary_set_id = active_boundary_set() AND v.level = 'village' AND v.point_flag = 'ok'
      AND v.code >= at.code AND v.code < code_end(at.code)
    ORDER BY distance_m, v.code
    LIMIT 8
) AS village ON true
ORDER BY village.distance_m
