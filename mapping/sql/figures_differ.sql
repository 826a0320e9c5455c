-- Areas whose given population is not the sum of their subdistricts, which is what counts.
SELECT "row", code, given_population AS given, population AS summed
FROM figure_stage
WHERE given_population IS DISTINCT FROM population AND given_population IS NOT NULL
ORDER BY "row"
