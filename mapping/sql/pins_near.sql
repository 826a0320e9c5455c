-- Needs near a point as anyone may see them, nearest first: number, category, status, metres.
-- %(lng)s, %(lat)s, %(radius_m)s, %(most)s
SELECT face.number, category.name_th, category.name_en, face.status,
       ST_Distance(face.place::geography, here.at::geography)::integer AS distance_m
FROM (SELECT ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326) AS at) AS here,
     ({faces}) AS face
JOIN category ON category.id = face.category_id
WHERE face.place && ST_Expand(here.at, %(radius_m)s / 90000.0)
  AND ST_DWithin(face.place::geography, here.at::geography, %(radius_m)s)
ORDER BY distance_m, face.number
LIMIT %(most)s
