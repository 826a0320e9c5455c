-- Areas that may differ between two sets, a row a code. %(new)s, %(old)s ids of the sets (old may be NULL)
CREATE TEMPORARY TABLE area_differs ON COMMIT DROP AS
SELECT coalesce(was.code, now.code) AS code, coalesce(now.level, was.level) AS level,
    was.code AS old_code, now.code AS new_code, was.geom AS old_geom, now.geom AS new_geom,
    was.name_th AS old_name, now.name_th AS new_name, now.name_en AS new_name_en,
    was.code IS NOT NULL AND now.code IS NOT NULL AND was.geom IS DISTINCT FROM now.geom AS shape_differs,
    was.name_th IS DISTINCT FROM now.name_th OR was.name_en IS DISTINCT FROM now.name_en AS names_differ,
    -- Where a village stands; a label's place of other levels places nothing.
    coalesce(now.level, was.level) = 'village'
        AND (was.point, was.point_flag) IS DISTINCT FROM (now.point, now.point_flag) AS point_differs,
    was.population IS DISTINCT FROM now.population AS people_differ,
    was.current IS DISTINCT FROM now.current AS current_differs,
    NULL::float8 AS share_moved
FROM (SELECT * FROM area WHERE boundary_set_id = %(old)s) AS was
FULL JOIN (SELECT * FROM area WHERE boundary_set_id = %(new)s) AS now ON now.code = was.code
WHERE was.code IS NULL OR now.code IS NULL
   OR (was.geom, was.point, was.point_flag, was.name_th, was.name_en, was.population, was.current)
      IS DISTINCT FROM (now.geom, now.point, now.point_flag, now.name_th, now.name_en, now.population, now.current)
