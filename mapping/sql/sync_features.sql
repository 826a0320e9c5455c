-- The pins of {faces} as GeoJSON features, in the order of their ids: id, feature. %(limit)s rows.
SELECT p.id, {feature} AS feature
FROM (SELECT * FROM ({faces}) AS f ORDER BY id LIMIT %(limit)s) AS p
ORDER BY p.id
