-- Beside each staged figure what is held of that area, indicator and day.
UPDATE indicator_stage AS staged
SET id = held.id, same = (held.value, held.source, held.licence) = (staged.value, staged.source, staged.licence)
FROM area_indicator AS held
WHERE held.code = staged.code AND held.indicator = staged.indicator AND held.as_of = staged.as_of
