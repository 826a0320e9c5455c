-- Needs that may be the same as one at a place: leads that are not over, near and of the same category, or half as
-- near, of the same group and told in like words. The likeliest first.
-- {faces}: the pins that the reader may see   %(category)s slug   %(lng)s, %(lat)s   %(words)s   %(self)s uuid or NULL
-- %(over)s statuses at which a need is over   %(most)s rows
-- One row a need: id, number, category, words, severity, status, confirmations, lng, lat, distance_m, likeness 0..1.
WITH asked AS (
    SELECT category.slug, category.group_id, category.radius_m,
           ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326) AS at
    FROM category WHERE category.slug = %(category)s
),
near AS MATERIALIZED (
    SELECT p.id, p.number, p.category, p.words, p.severity, p.status, p.confirmations, p.received_at, p.place,
           ST_Distance(p.place::geography, asked.at::geography) AS distance_m,
           CASE WHEN p.words = '' OR %(words)s = '' THEN 0 ELSE similarity(p.words, %(words)s) END AS likeness,
           asked.radius_m, asked.slug AS wanted
    FROM asked, ({faces}) AS p JOIN category AS its ON its.id = p.category_id
    WHERE p.joined_to IS NULL AND p.place_precision = 'exact'
      AND its.group_id = asked.group_id
      AND p.id IS DISTINCT FROM %(self)s::uuid
)
SELECT id, number, category, words, severity, status, confirmations, received_at, ST_X(place) AS lng, ST_Y(place) AS lat,
       round(distance_m)::integer AS distance_m, round(likeness::numeric, 2)::float8 AS likeness
FROM near
WHERE radius_m > 0 AND status <> ALL(%(over)s)
  AND (category = wanted AND distance_m <= radius_m OR distance_m <= radius_m / 2.0 AND likeness >= 0.35)
ORDER BY (category = wanted) DESC, 1 - distance_m / radius_m + likeness DESC, number
LIMIT %(most)s
