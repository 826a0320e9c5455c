"""Each release's database comes to the present schema without losing a row."""

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from budget.replay import compute
from budget.snapshot import Inputs
from mapping import backups
from mapping.geometry import SHAPE_BANDS

ROOT = Path(__file__).resolve().parent.parent
RELEASES = sorted((ROOT / "fixtures" / "releases").glob("*.sql.gz"))
WITHOUT_ROUNDS = ("0.1.0.sql.gz", "0.2.0.sql.gz", "0.3.0.sql.gz")
COUNTS = (
    "SELECT (SELECT count(*) FROM pin), (SELECT count(*) FROM entry), (SELECT count(*) FROM confirmation),"
    " (SELECT count(*) FROM area), (SELECT count(*) FROM person)"
)
DIFFERENCES = """
    WITH counted AS (
        SELECT left(coalesce(area_code, ''), d) AS code, category_id, status, severity, count(*) AS pins
        FROM pin, unnest(ARRAY[0, 2, 4, 6]) AS d WHERE counts AND (d = 0 OR area_code IS NOT NULL) GROUP BY 1, 2, 3, 4
    ), kept AS (
        SELECT area_code AS code, category_id, status, severity, pins FROM tally WHERE pins <> 0
    )
    SELECT count(*) FROM ((TABLE counted EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE counted)) AS d
"""

WITHOUT_SHAPE = """
    SELECT count(*) FROM area
    WHERE geom IS NOT NULL AND NOT EXISTS (SELECT FROM area_shape AS s WHERE s.boundary_set_id = area.boundary_set_id
                                           AND s.band = 22 AND s.code = area.code AND s.level = area.level)
"""


def test_there_is_a_database_of_a_release():
    assert RELEASES
    assert all(path.stat().st_size <= 1_000_000 for path in RELEASES)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", RELEASES, ids=lambda path: path.name)
def test_a_release_comes_to_the_present(path, settings):
    own = connection.get_connection_params()
    name = f"upgrade_{os.getpid()}"
    where = {key: own[key] for key in ("host", "user", "password") if key in own}
    psql = shutil.which("psql") or str(max(Path("/usr/lib/postgresql").glob("*/bin/psql")))
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {settings.DATABASES['default']['TEST']['TEMPLATE']}")
        try:
            command = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", own["host"], "-U", own["user"], "-d", name]
            subprocess.run(command, input=gzip.decompress(path.read_bytes()), check=True, capture_output=True)
            with psycopg.connect(**where, dbname=name) as restored:
                before = restored.execute(COUNTS).fetchone()
            env = {**os.environ, "DATABASE_URL": f"postgis://{own['user']}@/{name}?host={own['host']}"}
            migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input"]
            subprocess.run(migrate, env=env, check=True, capture_output=True)
            check = [sys.executable, str(ROOT / "manage.py"), "check_counts"]
            subprocess.run(check, env=env, check=True, capture_output=True)
            with psycopg.connect(**where, dbname=name) as upgraded:
                assert upgraded.execute(COUNTS).fetchone() == before
                assert before is not None
                assert before[0] == 400
                upgraded.execute("SELECT tally_fold()")
                assert upgraded.execute(DIFFERENCES).fetchone() == (0,)
                assert upgraded.execute("SELECT count(*) FROM pin_public").fetchone()[0] > 0
                assert upgraded.execute(WITHOUT_SHAPE).fetchone() == (0,)
                assert upgraded.execute("SELECT count(DISTINCT band) FROM area_shape").fetchone() == (len(SHAPE_BANDS),)
                # What was published is recomputed to the byte by every later release.
                rounds = upgraded.execute("SELECT inputs, results FROM round_snapshot").fetchall()
                assert bool(rounds) == (path.name not in WITHOUT_ROUNDS)
                for inputs, results in rounds:
                    assert compute(Inputs.from_bytes(bytes(inputs))).to_bytes() == bytes(results)
        finally:
            backups.drop(admin, name)
