-- Sums of a level for the stage, where every current subdistrict below is known (from the file, else from the set).
-- A sum replaces what the file says of that area; `figures_differ` tells where the two differed.
-- %(set)s the boundary set, %(digits)s of the upper level
INSERT INTO figure_stage ("row", code, population, households, figures_on, figures_source)
SELECT coalesce((SELECT given."row" FROM figure_stage AS given WHERE given.code = part.above), 0), part.above,
    CASE WHEN count(*) = count(part.population) THEN sum(part.population) END,
    CASE WHEN count(*) = count(part.households) THEN sum(part.households) END,
    CASE WHEN count(DISTINCT part.figures_on) = 1 THEN min(part.figures_on) END,
    CASE WHEN count(DISTINCT part.figures_source) = 1 THEN min(part.figures_source) ELSE '' END
FROM (
    SELECT left(area.code, %(digits)s) AS above,
        coalesce(figure.population, area.population) AS population,
        coalesce(figure.households, area.households) AS households,
        coalesce(figure.figures_on, area.figures_on) AS figures_on,
        coalesce(nullif(figure.figures_source, ''), area.figures_source) AS figures_source,
        figure.code IS NOT NULL AS staged
    FROM area LEFT JOIN figure_stage AS figure ON figure.code = area.code
    WHERE area.boundary_set_id = %(set)s AND area.level = 'subdistrict' AND area.current
) AS part
GROUP BY part.above
HAVING bool_or(part.staged)
    AND (count(*) = count(part.population) OR count(*) = count(part.households))
ON CONFLICT (code) DO UPDATE
SET population = coalesce(excluded.population, figure_stage.population),
    households = coalesce(excluded.households, figure_stage.households),
    given_population = figure_stage.population
