-- The same, of the areas in a narrow place, where comparing each costs less than the index. {column} is th or en,
-- {where} a fixed fragment of mapping/search.py.
-- %(key)s   %(wide)s most   %(share)s least similarity
SELECT {column} AS key
FROM area_name
WHERE {where} AND similarity({column}, %(key)s) >= %(share)s
GROUP BY {column}
ORDER BY similarity({column}, %(key)s) DESC, {column}
LIMIT %(wide)s
