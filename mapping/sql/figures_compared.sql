-- Areas whose figures are new, changed or the same, and how many people they hold. %(set)s the boundary set
SELECT count(*) FILTER (WHERE NOT same AND area.population IS NULL AND area.households IS NULL) AS new,
    count(*) FILTER (WHERE NOT same AND (area.population IS NOT NULL OR area.households IS NOT NULL)) AS changed,
    count(*) FILTER (WHERE same) AS same,
    (sum(figure.population) FILTER (WHERE length(figure.code) = 6))::bigint AS people,
    (SELECT count(*) FROM area AS lacking
     LEFT JOIN figure_stage AS given ON given.code = lacking.code
     WHERE lacking.boundary_set_id = %(set)s AND lacking.level = 'subdistrict' AND lacking.current
       AND coalesce(given.population, lacking.population) IS NULL) AS unknown
FROM figure_stage AS figure JOIN area ON area.id = figure.area_id
