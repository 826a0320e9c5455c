-- The categories that an office answers for become exactly these. %(office)s its id, %(slugs)s
WITH chosen AS (
    SELECT id FROM category WHERE slug = ANY(%(slugs)s)
), gone AS (
    DELETE FROM office_categories WHERE office_id = %(office)s AND category_id NOT IN (SELECT id FROM chosen)
)
INSERT INTO office_categories (office_id, category_id)
SELECT %(office)s, id FROM chosen
ON CONFLICT DO NOTHING
