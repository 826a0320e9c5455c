-- Pins by the face that a reader with rights may see: full over their places, public elsewhere. No order.
SELECT * FROM pin_full WHERE {full} AND {where}
UNION ALL
SELECT * FROM pin_public
WHERE {where} AND NOT EXISTS (SELECT FROM pin_full WHERE pin_full.id = pin_public.id AND {full})
