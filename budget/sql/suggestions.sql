-- Open needs of one category near one another that no project answers yet: one row a cluster, the most people first.
-- Distances in metres of UTM zone 47: east of 102 degrees they are up to 1 in 100 too long, which a radius bears.
-- %(villages)s text[]   %(open)s text[]   %(within_m)s   %(least)s needs of a cluster   %(most)s rows
WITH near AS (
    SELECT pin.id, pin.category, pin.village, pin.severity, pin.people_band, pin.place,
        ST_ClusterDBSCAN(ST_Transform(pin.place, 32647), eps := %(within_m)s, minpoints := %(least)s)
            OVER (PARTITION BY pin.category_id) AS cluster
    FROM pin_public AS pin
    WHERE pin.counts AND pin.status = ANY(%(open)s) AND pin.village = ANY(%(villages)s)
      AND NOT EXISTS (
          SELECT FROM project_need JOIN project ON project.id = project_need.project_id
          WHERE project_need.pin_id = pin.id AND project.state <> 'withdrawn'
      )
)
SELECT category, array_agg(id::text ORDER BY id) AS needs, array_agg(DISTINCT village) AS villages,
    max(severity)::int AS severity, sum(band_weight(people_band))::int AS weight,
    ST_X(ST_Centroid(ST_Collect(place))) AS lng, ST_Y(ST_Centroid(ST_Collect(place))) AS lat
FROM near
WHERE cluster IS NOT NULL
GROUP BY category, cluster
HAVING count(*) >= %(least)s
ORDER BY weight DESC, category, min(id::text)
LIMIT %(most)s
