-- Needs of a place that have no money yet, by their public face, the most urgent first. One row a need: leads only,
-- none that waits for a check; `total` is how many there are in all.
-- {where} the place   %(unmet)s text[]   %(most)s rows
SELECT pin.number::int, category.name_th, category.name_en, pin.words, pin.village, pin.severity::int,
    pin.people_band::int AS band, pin.confirmations, pin.status, count(*) OVER ()::int AS total
FROM pin_public AS pin
JOIN category ON category.id = pin.category_id
WHERE {where} AND pin.counts AND pin.joined_to IS NULL AND pin.status = ANY(%(unmet)s)
ORDER BY pin.severity * band_weight(pin.people_band) DESC, pin.confirmations DESC, pin.number
LIMIT %(most)s
