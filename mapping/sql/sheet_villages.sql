-- Villages with a usable point in a box, nearest to its middle first: code, names, lng, lat.
-- %(w)s, %(s)s, %(e)s, %(n)s degrees
SELECT code, name_th, name_en, ST_X(point) AS lng, ST_Y(point) AS lat
FROM area
WHERE boundary_set_id = active_boundary_set() AND level = 'village' AND current AND point_flag = 'ok'
  AND point && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)
ORDER BY ST_DistanceSphere(point, ST_SetSRID(ST_MakePoint((%(w)s + %(e)s) / 2, (%(s)s + %(n)s) / 2), 4326)), code
LIMIT 80
