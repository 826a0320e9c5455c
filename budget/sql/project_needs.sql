-- Needs that projects answer, by their public face, in the order of their numbers. %(ids)s uuid[]
SELECT link.project_id AS project, pin.id::text AS id, pin.number, pin.category, pin.status, pin.severity,
    ST_X(pin.place) AS lng, ST_Y(pin.place) AS lat, pin.place_precision
FROM project_need AS link
JOIN pin_public AS pin ON pin.id = link.pin_id
WHERE link.project_id = ANY(%(ids)s)
ORDER BY link.project_id, pin.number
