-- Areas take the figures of the stage; what the file does not know stays as it was.
UPDATE area
SET population = coalesce(figure.population, area.population),
    households = coalesce(figure.households, area.households),
    figures_on = figure.figures_on, figures_source = figure.figures_source
FROM figure_stage AS figure
WHERE area.id = figure.area_id AND NOT figure.same
