-- How many staged villages are new, changed or the same; how many the set holds that the file does not, of
-- the subdistricts that it speaks of. %(set)s the boundary set
SELECT count(*) FILTER (WHERE area_id IS NULL) AS new,
    count(*) FILTER (WHERE NOT same) AS changed,
    count(*) FILTER (WHERE same) AS same,
    (SELECT count(*) FROM area
     WHERE boundary_set_id = %(set)s AND level = 'village' AND current
       AND left(code, 6) IN (SELECT left(code, 6) FROM village_stage)
       AND code NOT IN (SELECT code FROM village_stage)) AS absent
FROM village_stage
