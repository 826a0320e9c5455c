-- Where the kept tallies, or the areas' figures, with what waits, are not what the pins say.
WITH waiting AS (
    SELECT digits, left(area_code, digits) AS area_code, category_id, status, severity, pins, weight
    FROM tally_delta, unnest(ARRAY[0, 2, 4, 6]) AS digits
    WHERE digits = 0 OR area_code <> ''
), counted AS (
    SELECT digits, left(coalesce(area_code, ''), digits) AS area_code, category_id, status, severity,
        1 AS pins, band_weight(people_band) AS weight
    FROM pin, unnest(ARRAY[0, 2, 4, 6]) AS digits
    WHERE counts AND (digits = 0 OR area_code IS NOT NULL)
), of_tally AS (
    SELECT digits, area_code, category_id, status, severity, sum(kept) AS kept, sum(counted) AS counted,
        sum(kept_weight) AS kept_weight, sum(counted_weight) AS counted_weight
    FROM (
        SELECT digits, area_code, category_id, status, severity, pins AS kept, 0 AS counted, weight AS kept_weight,
            0 AS counted_weight
        FROM tally
        UNION ALL SELECT digits, area_code, category_id, status, severity, pins, 0, weight, 0 FROM waiting
        UNION ALL SELECT digits, area_code, category_id, status, severity, 0, pins, 0, weight FROM counted
    ) AS t
    GROUP BY 1, 2, 3, 4, 5
), of_figures AS (
    SELECT digits, area_code, slot, sum(kept) AS kept, sum(counted) AS counted
    FROM (
        SELECT digits, area_code, slot, amount AS kept, 0 AS counted
        FROM area_figures, unnest(figures) WITH ORDINALITY AS put (amount, slot)
        UNION ALL
        SELECT digits, area_code, slot, CASE WHEN waits THEN amount ELSE 0 END, CASE WHEN waits THEN 0 ELSE amount END
        FROM (SELECT *, true AS waits FROM waiting UNION ALL SELECT *, false FROM counted) AS t,
             unnest(ARRAY[0, category_id]) AS category,
             LATERAL (VALUES (figures_slot(category, status_group(status)), pins::bigint),
                             (figures_slot(category, 4),
                              CASE WHEN status_group(status) = 0 THEN severity * weight ELSE 0 END)) AS put (slot, amount)
    ) AS t
    GROUP BY 1, 2, 3
)
SELECT 'tally' AS kind, digits, area_code, kept::bigint, counted::bigint FROM of_tally
WHERE kept <> counted OR kept_weight <> counted_weight
UNION ALL
SELECT 'figures', digits, area_code, kept::bigint, counted::bigint FROM of_figures WHERE kept <> counted
ORDER BY 1, 2, 3
LIMIT 1000
