-- Villages and areas of local authorities: village, code and name of the office. %(local)s kinds
SELECT place.code AS village, coalesce(office.code, '') AS code, office.name_th
FROM office JOIN office_area AS place ON place.office_id = office.id
WHERE office.kind = ANY(%(local)s)
ORDER BY place.code, office.id
