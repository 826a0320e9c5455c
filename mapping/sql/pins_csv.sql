-- Pins as a table for spreadsheets and GIS, one row a pin, codes as text. Cells that a spreadsheet would
-- take for a formula begin with an apostrophe.
SELECT
    p.number, p.id, p.category, category.name_th AS category_th, p.severity, p.status,
    to_char(p.received_at AT TIME ZONE 'Asia/Bangkok', 'YYYY-MM-DD"T"HH24:MI:SS"+07:00"') AS received_at,
    band_words(p.people_band) AS people_band,
    CASE WHEN p.words ~ '^\s*[=+\-@＝＋－＠]' OR p.words ~ '^[\t\r]' THEN '''' || p.words ELSE p.words END AS words,
    p.needed_since, ST_Y(p.place) AS lat, ST_X(p.place) AS lon,
    'POINT(' || ST_X(p.place) || ' ' || ST_Y(p.place) || ')' AS wkt, p.place_precision, p.place_flag,
    p.area_code, left(p.area_code, 2) AS province, left(p.area_code, 4) AS district,
    left(p.area_code, 6) AS subdistrict, p.village, p.village_source,
    p.checked, p.joined_to, p.confirmations, p.version, p.reopenings
FROM ({faces}) AS p JOIN category ON category.id = p.category_id
{limit}
