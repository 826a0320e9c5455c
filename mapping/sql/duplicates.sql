-- Needs that may be the same as one at a place: leads that are not over, near and of the same category, or half as
-- near, of the same group and told in like words. The likeliest first.
-- {faces}: the pins that the reader may see   %(category)s slug   %(lng)s, %(lat)s   %(words)s   %(self)s uuid or NULL
-- %(over)s statuses at which a need is over   %(most)s rows
-- Of the needs within reach the hundred nearest are looked at: words and confirmations are read for no more.
-- One row a need: id, number, category, words, severity, status, confirmations, lng, lat, distance_m, likeness 0..1, thumb (address or NULL).
WITH asked AS (
    SELECT category.slug, category.group_id, category.radius_m,
           ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326) AS at
    FROM category WHERE category.slug = %(category)s
),
around AS MATERIALIZED (
    SELECT p.id, p.number, p.category = asked.slug AS same, asked.radius_m,
           ST_Distance(p.place::geography, asked.at::geography) AS distance_m
    FROM asked, ({faces}) AS p JOIN category AS its ON its.id = p.category_id
    WHERE asked.radius_m > 0 AND p.joined_to IS NULL AND p.place_precision = 'exact' AND p.status <> ALL(%(over)s)
      AND its.group_id = asked.group_id
      AND p.id IS DISTINCT FROM %(self)s::uuid
),
nearest AS MATERIALIZED (
    SELECT * FROM around
    WHERE same AND distance_m <= radius_m OR distance_m <= radius_m / 2.0
    ORDER BY distance_m, number
    LIMIT 100
),
told AS (
    SELECT p.id, p.number, p.category, p.words, p.severity, p.status, p.confirmations, p.received_at, p.place, p.is_full,
           nearest.same, nearest.radius_m, nearest.distance_m,
           CASE WHEN p.words = '' OR %(words)s = '' THEN 0 ELSE similarity(p.words, %(words)s) END AS likeness
    FROM nearest CROSS JOIN LATERAL (SELECT f.* FROM ({faces}) AS f WHERE f.id = nearest.id) AS p
)
SELECT id, number, category, words, severity, status, confirmations, received_at, ST_X(place) AS lng, ST_Y(place) AS lat,
       round(distance_m)::integer AS distance_m, round(likeness::numeric, 2)::float8 AS likeness,
       (SELECT '/api/v1/photos/' || photo.id || '?size=thumb' FROM photo
        WHERE photo.pin_id = told.id AND photo.complete_at IS NOT NULL AND (photo.checked OR told.is_full)
        ORDER BY photo.position LIMIT 1) AS thumb
FROM told
WHERE same OR likeness >= 0.35
ORDER BY same DESC, 1 - distance_m / radius_m + likeness DESC, number
LIMIT %(most)s
