-- Beside each staged figure what the set holds. %(set)s the boundary set
UPDATE figure_stage AS figure
SET area_id = area.id,
    same = (area.population, area.households, area.figures_on, area.figures_source)
        IS NOT DISTINCT FROM (coalesce(figure.population, area.population), coalesce(figure.households, area.households),
                              -- Without a day or source of their own, the same figures keep theirs.
                              CASE WHEN (figure.population, figure.households) IS NOT DISTINCT FROM (area.population, area.households)
                                   THEN coalesce(figure.figures_on, area.figures_on) ELSE figure.figures_on END,
                              CASE WHEN (figure.population, figure.households) IS NOT DISTINCT FROM (area.population, area.households)
                                   THEN coalesce(nullif(figure.figures_source, ''), area.figures_source) ELSE figure.figures_source END)
FROM area
WHERE area.boundary_set_id = %(set)s AND area.code = figure.code
