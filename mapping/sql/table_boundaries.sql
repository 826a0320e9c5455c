-- Subdistricts of the active set as an import reads them; the upper levels are dissolved from these.
SELECT code, name_th, name_en, current, ARRAY(SELECT jsonb_array_elements_text(successors)) AS successors,
    ST_AsBinary(geom) AS shape
FROM area
WHERE boundary_set_id = active_boundary_set() AND level = 'subdistrict' AND geom IS NOT NULL
ORDER BY code
