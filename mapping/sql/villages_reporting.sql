-- From how many villages an area's pins come: chosen villages only, and only where the public may know them.
SELECT left(area_code, %(digits)s) AS code, count(DISTINCT area_code)::int AS villages
FROM pin_public
WHERE counts AND length(area_code) > 6 AND area_code >= %(within)s AND area_code < code_end(%(within)s)
GROUP BY 1
