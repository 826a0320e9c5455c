-- Villages of the reader's own places from which nobody has ever reported: no need names them, and none stands
-- nearest to them. By code, at most %(most)s; `total` is the count of all of them, the same in every row.
-- {own}: conditions on area.code   %(within)s area code or ''
SELECT code, name_th, name_en, count(*) OVER ()::int AS total
FROM area
WHERE boundary_set_id = active_boundary_set() AND level = 'village' AND current
  AND {own} AND starts_with(code, %(within)s)
  AND NOT EXISTS (SELECT FROM pin WHERE pin.area_code = area.code)
  AND NOT EXISTS (SELECT FROM pin WHERE pin.nearest_village = area.code)
ORDER BY code
LIMIT %(most)s
