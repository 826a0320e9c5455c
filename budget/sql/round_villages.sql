-- Villages of an office's territory in code order, with what is known of them and what is asked for in public.
--   reports   needs that count and whose village anyone may know   weight  sum of severity x people band of the unmet
--   persons   of the unmet need that concerns most, as the begin of its band   waiting_days   median age of the unmet
--   deprivation_percent, travel_time_min, hazard_percent   the newest known
-- %(office)s   %(unmet)s text[]
WITH held AS (
    SELECT DISTINCT area.code, area.name_th, area.name_en, area.population
    FROM office_area AS territory
    JOIN area ON area.boundary_set_id = active_boundary_set() AND area.level = 'village' AND area.current
        AND area.code >= territory.code AND area.code < code_end(territory.code)
    WHERE territory.office_id = %(office)s
), known AS (
    SELECT DISTINCT ON (area_indicator.code, indicator) area_indicator.code, indicator, value
    FROM area_indicator JOIN held USING (code)
    ORDER BY area_indicator.code, indicator, as_of DESC
), asked AS (
    SELECT village, count(*)::int AS reports,
        coalesce(sum(severity * band_weight(people_band)) FILTER (WHERE status = ANY(%(unmet)s)), 0)::float8 AS weight,
        max((ARRAY[1, 10, 50, 200, 1000])[band_weight(people_band)]) FILTER (WHERE status = ANY(%(unmet)s)) AS persons,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM now() - received_at) / 86400)
            FILTER (WHERE status = ANY(%(unmet)s)) AS waiting_days
    FROM pin_public
    WHERE counts AND village_source = 'chosen' AND village IN (SELECT code FROM held)
    GROUP BY village
)
SELECT held.*, coalesce(asked.reports, 0) AS reports, coalesce(asked.weight, 0) AS weight,
    asked.persons, round(asked.waiting_days) AS waiting_days,
    (SELECT value FROM known WHERE known.code = held.code AND indicator = 'deprivation_percent') AS deprivation_percent,
    (SELECT value FROM known WHERE known.code = held.code AND indicator = 'travel_time_min') AS travel_time_min,
    (SELECT value FROM known WHERE known.code = held.code AND indicator = 'hazard_percent') AS hazard_percent
FROM held LEFT JOIN asked ON asked.village = held.code
ORDER BY held.code
