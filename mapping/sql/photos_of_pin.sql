-- Text to add inside a feature's properties: the photos and recordings of face `p` that its reader may see.
',"photos":' || coalesce((
    SELECT json_agg(json_build_object('id', photo.id, 'url', '/api/v1/photos/' || photo.id,
        'thumb', '/api/v1/photos/' || photo.id || '?size=thumb', 'width', photo.width, 'height', photo.height)
        ORDER BY photo.position)
    FROM photo WHERE photo.pin_id = p.id AND photo.complete_at IS NOT NULL AND (photo.checked OR p.is_full)
)::text, '[]')
|| CASE WHEN p.is_full THEN ',"recordings":' || coalesce((
    SELECT json_agg(json_build_object('id', one.id, 'url', '/api/v1/recordings/' || one.id, 'type', one.media_type))
    FROM recording AS one WHERE one.pin_id = p.id AND one.complete_at IS NOT NULL
)::text, '[]') ELSE '' END
