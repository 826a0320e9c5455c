-- Rows whose coordinates lie in another area than the one that is named beside them: row, named, area_code.
SELECT placed."row", given.named, placed.area_code
FROM pin_placed AS placed JOIN pin_given AS given USING ("row")
WHERE given.point IS NOT NULL AND given.named <> '' AND placed.area_code IS NOT NULL
  AND left(placed.area_code, length(given.named)) <> given.named
ORDER BY placed."row"
