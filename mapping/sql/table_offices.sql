-- Offices with contacts, what they answer for, and their territory, as an import reads them.
SELECT coalesce(office.code, 'id-' || office.id) AS code, office.kind, office.name_th, office.name_en, office.phone,
    office.email, office.line_id, office.website, office.address,
    (SELECT coalesce(string_agg(category.slug, ' ' ORDER BY category.position), '')
     FROM office_categories AS link JOIN category ON category.id = link.category_id
     WHERE link.office_id = office.id) AS categories,
    (SELECT coalesce(string_agg(place.code, ' ' ORDER BY place.code), '')
     FROM office_area AS place WHERE place.office_id = office.id) AS territory
FROM office
ORDER BY 1
