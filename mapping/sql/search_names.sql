-- Names of the active set that a search may mean: code, step (1 province … 4 village), th and en (their keys), and,
-- where it is asked for, the spelling. Province first, then Thai order.
-- {spelling}, {match} and {where} are fixed fragments of mapping/search.py.
-- %(limit)s
SELECT code, step, th, en, {spelling} AS spelling
FROM area_name
WHERE {match} AND {where}
ORDER BY step, name_th COLLATE "th-x-icu", code
LIMIT %(limit)s
