-- Areas of one level of the active set, in code order.
SELECT code, name_th, name_en, population, households
FROM area
WHERE boundary_set_id = active_boundary_set() AND level = %(level)s AND current
  AND code >= %(within)s AND code < code_end(%(within)s)
ORDER BY code
