-- One office with its territory and categories as a document. %(code)s of the office
SELECT jsonb_build_object(
    'kind', office.kind, 'name_th', office.name_th, 'name_en', office.name_en, 'phone', office.phone,
    'email', office.email, 'line_id', office.line_id, 'website', office.website, 'address', office.address,
    'territory', (SELECT coalesce(jsonb_agg(place.code ORDER BY place.code), '[]') FROM office_area AS place
                  WHERE place.office_id = office.id),
    'categories', (SELECT coalesce(jsonb_agg(category.slug ORDER BY category.slug), '[]')
                   FROM office_categories AS link JOIN category ON category.id = link.category_id
                   WHERE link.office_id = office.id)
) AS office
FROM office
WHERE office.code = %(code)s
