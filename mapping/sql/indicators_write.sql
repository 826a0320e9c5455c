-- From the stage into the indicators; the ids of those that are new come back.
WITH changed AS (
    UPDATE area_indicator AS held
    SET value = staged.value, source = staged.source, licence = staged.licence
    FROM indicator_stage AS staged
    WHERE held.id = staged.id AND NOT staged.same
)
INSERT INTO area_indicator (code, indicator, value, as_of, source, licence)
SELECT code, indicator, value, as_of, source, licence FROM indicator_stage WHERE id IS NULL
RETURNING id
