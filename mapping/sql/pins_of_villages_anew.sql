-- After villages of the active set changed: place anew the pins that chose one of them, or are told of one.
-- %(codes)s of the villages
UPDATE pin SET point = point
WHERE village = ANY(%(codes)s) OR nearest_village = ANY(%(codes)s)
