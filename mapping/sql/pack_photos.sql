-- The first photo of each pin of {faces} that its reader may see, the newest pins first: id, pin_id.
SELECT photo.id, photo.pin_id
FROM ({faces}) AS p
JOIN LATERAL (
    SELECT one.id, one.pin_id FROM photo AS one
    WHERE one.pin_id = p.id AND one.complete_at IS NOT NULL AND (one.checked OR p.is_full)
    ORDER BY one.position LIMIT 1
) AS photo ON true
ORDER BY p.received_at DESC, p.id
