-- Beside each staged figure what the set holds. %(set)s the boundary set
UPDATE figure_stage AS figure
SET area_id = area.id,
    same = (area.population, area.households, area.figures_on, area.figures_source)
        IS NOT DISTINCT FROM (coalesce(figure.population, area.population), coalesce(figure.households, area.households),
                              figure.figures_on, figure.figures_source)
FROM area
WHERE area.boundary_set_id = %(set)s AND area.code = figure.code
