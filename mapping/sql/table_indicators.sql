-- Indicators of areas with their day and source, as an import reads them.
SELECT code, indicator, value, as_of, source, licence
FROM area_indicator
ORDER BY code, indicator, as_of
