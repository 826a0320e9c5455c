-- Staged villages to be flagged by what the areas say: one row a village, in the order of the file.
-- orphan: its subdistrict is not in the set; no_polygon: it has none to compare with. %(set)s the boundary set
SELECT village."row", village.code, village.off_m, above.code IS NULL AS orphan,
    above.code IS NOT NULL AND above.geom IS NULL AS no_polygon,
    (SELECT part.code FROM area_part AS part
     WHERE part.boundary_set_id = %(set)s AND ST_Covers(part.geom, village.point)
     ORDER BY part.code LIMIT 1) AS lies_in
FROM village_stage AS village
LEFT JOIN area AS above ON above.boundary_set_id = %(set)s AND above.code = left(village.code, 6)
WHERE village.flag = 'outside_own' OR above.code IS NULL
ORDER BY village."row"
