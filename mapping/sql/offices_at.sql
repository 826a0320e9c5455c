-- Offices whose territory covers a place or may cover it: one row an office, facts only; `offices.rank` orders them.
--   digits           of the finest code that covers the place: 8 or 9 village, 6, 4, 2, 0 country
--   villages         of the subdistrict in its territory; where a village is chosen, 1 if that one is
--   holds_all        every current village of the subdistrict (and there is one), or a code above them
--   holds_nearest    the village nearest to the point
-- %(place)s text, a village where one is chosen, else a subdistrict   %(above)s text[], the codes above it
-- %(nearest)s text or NULL   %(category)s text, a slug, '' for none
WITH held AS (
    SELECT territory.office_id, max(length(territory.code)) AS digits,
        count(*) FILTER (WHERE length(territory.code) >= 8) AS villages,
        count(area.code) AS current_villages, bool_or(length(territory.code) < 8) AS names_above,
        coalesce(bool_or(territory.code = %(nearest)s), false) AS holds_nearest
    FROM office_area AS territory
    LEFT JOIN area ON area.boundary_set_id = active_boundary_set() AND area.level = 'village' AND area.current
        AND area.code = territory.code
    WHERE (territory.code >= %(place)s AND territory.code < code_end(%(place)s)) OR territory.code = ANY(%(above)s)
    GROUP BY territory.office_id
)
SELECT office.id, office.code, office.kind, office.name_th, office.name_en, office.phone, office.email,
    office.line_id, office.website, office.address, held.digits, held.villages, held.holds_nearest,
    held.names_above OR held.current_villages > 0 AND held.current_villages = (
        SELECT count(*)
        FROM area
        WHERE boundary_set_id = active_boundary_set() AND level = 'village' AND current
          AND code >= %(place)s AND code < code_end(%(place)s)
    ) AS holds_all,
    coalesce(named.slugs, '{}') AS categories,
    coalesce(%(category)s = ANY(named.slugs), false) AS names_it
FROM held
JOIN office ON office.id = held.office_id
LEFT JOIN LATERAL (
    SELECT array_agg(category.slug ORDER BY category.position) AS slugs
    FROM office_categories AS answers
    JOIN category ON category.id = answers.category_id
    WHERE answers.office_id = office.id
) AS named ON true
ORDER BY office.id
