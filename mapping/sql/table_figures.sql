-- People and households of the areas for which they are known, as an import reads them.
SELECT code, population, households, figures_on AS as_of, figures_source AS source, level, name_th, name_en
FROM area
WHERE boundary_set_id = active_boundary_set() AND (population IS NOT NULL OR households IS NOT NULL)
ORDER BY code
