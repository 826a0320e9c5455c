-- After another set became active: place anew the pins that it puts elsewhere (`pins_concerned`).
UPDATE pin SET point = pin.point
FROM ({concerned}) AS concerned
WHERE pin.id = concerned.id
