-- Areas that a search found, in the order of their codes given, with the names of what they lie in, nearest first.
-- %(codes)s text[]
SELECT area.code, area.level, area.name_th, area.name_en, area.population,
       CASE WHEN area.point_flag = 'ok' THEN ST_X(area.point) END AS lng,
       CASE WHEN area.point_flag = 'ok' THEN ST_Y(area.point) END AS lat, above.above_th, above.above_en
FROM unnest(%(codes)s::text[]) WITH ORDINALITY AS found (code, n)
JOIN area ON area.boundary_set_id = active_boundary_set() AND area.code = found.code
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(name_th ORDER BY code DESC), '{{}}') AS above_th,
           coalesce(array_agg(name_en ORDER BY code DESC), '{{}}') AS above_en
    FROM area AS larger
    WHERE larger.boundary_set_id = area.boundary_set_id AND length(larger.code) < length(area.code)
      AND larger.code IN (left(area.code, 2), left(area.code, 4), left(area.code, 6))
) AS above
ORDER BY found.n
