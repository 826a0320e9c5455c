"""A small country written out, and the people of style.md.

North is province 58 with two districts of unit boxes, South is province 83. Alice is an
officer of North, Bob a volunteer in North, Charlie, the outsider, an officer of South who
must see nothing of North beyond what anyone sees.
"""

import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client

from mapping import backups
from mapping.exchange import boundaries
from mapping.models import BoundarySet, Category, CategoryGroup, FeedState, Grant, Person, ReplyTemplate
from mapping.models.people import Role
from tests.faults import rows

BOXES = {  # code: (west, south); each 0.1 degrees wide
    "580101": (98.0, 19.0),
    "580102": (98.1, 19.0),
    "580201": (98.2, 19.0),
    "830101": (98.0, 8.0),
}
VILLAGES = {  # code: (lng, lat)
    "58010101": (98.02, 19.02),
    "58010102": (98.08, 19.08),
    "58010103": (100.534087, 13.727068),  # the placeholder point
    "58010201": (98.15, 19.05),
    "58020101": (98.25, 19.05),
    "83010101": (98.05, 8.05),
}
POPULATION = {"580101": 1000, "580102": 3000, "580201": 2000}  # South's is not known

real_data = pytest.mark.skipif(
    not os.environ.get("MEEMAP_DATA"), reason="MEEMAP_DATA names no folder of real boundaries"
)


@pytest.fixture
def proven(request):
    """Say what a row of the fault programme reached, or how its control failed."""

    def say(*, figure: str | None = None, control: str | None = None) -> None:
        request.node.user_properties += [("figure", figure), ("control", control)]

    return say


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """What the tests of the fault programme found goes into the ledger of `./meemap faults`."""
    report = (yield).get_result()
    ledger = os.environ.get(rows.LEDGER)
    if ledger and (report.when == "call" or not report.passed):
        said = [(name, text) for name, text in item.user_properties if text]
        about = {name: "; ".join(text for kind, text in said if kind == name) or None for name in ("figure", "control")}
        names = [name for mark in item.iter_markers("fault") for name in mark.args]
        rows.note(Path(ledger), [{"id": name, "test": item.name, "ok": report.passed, **about} for name in names])


def pytest_collection_modifyitems(config, items):
    """FAULTS_ROWS=S1,S2: of the fault programme only these rows."""
    wanted = set(filter(None, os.environ.get("FAULTS_ROWS", "").split(",")))
    if wanted:
        items[:] = [one for one in items if any(wanted & set(mark.args) for mark in one.iter_markers("fault"))]


def box(west: float, south: float, size: float = 0.1) -> dict[str, Any]:
    east, north = round(west + size, 6), round(south + size, 6)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture(scope="session")
def country_files(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("country")
    features = [
        {"type": "Feature", "geometry": box(*corner), "properties": {"code": code, "name_th": f"ตำบล {code}"}}
        for code, corner in BOXES.items()
    ]
    areas = folder / "subdistricts.geojson"
    areas.write_text(json.dumps({"type": "FeatureCollection", "name": "written out", "features": features}))
    villages = folder / "villages.csv"
    rows = [f"{code},บ้าน {code},Ban {code},{lat},{lng}" for code, (lng, lat) in VILLAGES.items()]
    villages.write_text("\n".join(["mcode,name_th,name_en,lat,lon", *rows]))
    figures = folder / "figures.csv"
    figures.write_text(
        "\n".join(["code,population,households", *(f"{code},{n},{n // 3}" for code, n in POPULATION.items())])
    )
    return {"areas": areas, "villages": villages, "figures": figures}


@pytest.fixture
def country(db, country_files, settings, tmp_path) -> BoundarySet:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return load_country(country_files)


def load_country(files: dict[str, Path]) -> BoundarySet:
    return boundaries.load(
        files["areas"], villages=files["villages"], figures=files["figures"], activate=True
    ).boundary_set


@pytest.fixture(autouse=True)
def installed_rows(request) -> None:
    """What the first migrations insert is there again after a transactional test emptied every table."""
    wanted = {"db", "transactional_db", "django_db_setup", "live_server"} & set(request.fixturenames)
    if not wanted and request.node.get_closest_marker("django_db") is None:
        return
    whole = "transactional_db" in request.fixturenames
    request.getfixturevalue("transactional_db" if whole else "db")
    if Category.objects.exists():
        return
    table = json.loads((Path(boundaries.__file__).parents[1] / "categories.json").read_text("utf-8"))
    CategoryGroup.objects.bulk_create(CategoryGroup(**row) for row in table["groups"])
    Category.objects.bulk_create(
        Category(**{("group_id" if k == "group" else k): v for k, v in row.items()}) for row in table["categories"]
    )
    ids = dict(Category.objects.values_list("slug", "id"))
    templates = json.loads((Path(boundaries.__file__).parents[1] / "reply_templates.json").read_text("utf-8"))
    ReplyTemplate.objects.bulk_create(
        ReplyTemplate(position=number, category_id=ids.get(row.pop("category", None)), **row)
        for number, row in enumerate(templates)
    )
    FeedState.objects.get_or_create(singleton=True, defaults={"generation": uuid.uuid4()})


@pytest.fixture
def open_country(transactional_db, country_files, settings, tmp_path) -> BoundarySet:
    """The same country, committed: for tests with several connections."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return load_country(country_files)


@pytest.fixture
def anonymous_pins(settings):
    """What the demo does: anyone may pin, and it shows at once."""
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "shown"}


def make_person(name: str, role: str, area: str) -> Person:
    person = Person.objects.create(username=name, name=name.title(), password="!")
    Grant.objects.create(person=person, role=role, area_code=area)
    return person


@pytest.fixture
def alice(country) -> Person:
    return make_person("alice", Role.OFFICER, "58")


@pytest.fixture
def bob(country) -> Person:
    return make_person("bob", Role.VOLUNTEER, "5801")


@pytest.fixture
def charlie(country) -> Person:
    return make_person("charlie", Role.OFFICER, "83")


def client_of(person: Person | None = None, language: str = "en") -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE=language, raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


@pytest.fixture
def anyone() -> Client:
    return client_of()


def feature(lng: float | None = 98.05, lat: float = 19.05, **properties: Any) -> dict[str, Any]:
    """A report of a road; None for lng means the whole village."""
    geometry = None if lng is None else {"type": "Point", "coordinates": [lng, lat]}
    return {"type": "Feature", "geometry": geometry, "properties": {"category": "road", "severity": 3, **properties}}


def put(client: Client, body: Any, pin_id: uuid.UUID | None = None):
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.put(f"/api/v1/pins/{pin_id or uuid.uuid4()}", raw, content_type="application/json")


def report(person: Person | None, lng: float | None = 98.05, lat: float = 19.05, **properties: Any) -> dict[str, Any]:
    """Pin a need over HTTP; the Feature that came back."""
    answer = put(client_of(person), feature(lng, lat, **properties))
    assert answer.status_code == 201, answer.content
    return answer.json()


def body_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def errors_of(response) -> list[tuple[str, str | None]]:
    """(code, attr) of each error, after checking that the answer has the one shape."""
    found = json.loads(body_of(response))
    assert set(found) == {"type", "errors"}, found
    assert found["type"] in ("validation_error", "client_error", "server_error")
    for error in found["errors"]:
        assert set(error) == {"code", "detail", "attr"}
        assert error["detail"]
    return [(error["code"], error["attr"]) for error in found["errors"]]


def announce(raw: bytes) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}


def recount() -> dict[tuple, tuple[int, int]]:
    """What the tallies must say, counted from the pins themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT left(coalesce(area_code, ''), d), d, category_id, status, severity, count(*),"
            "       sum(band_weight(people_band))"
            " FROM pin, unnest(ARRAY[0, 2, 4, 6]) AS d WHERE counts AND (d = 0 OR area_code IS NOT NULL)"
            " GROUP BY 1, 2, 3, 4, 5"
        )
        return {tuple(row[:5]): (row[5], int(row[6])) for row in cursor.fetchall()}


def tallied() -> dict[tuple, tuple[int, int]]:
    """What the tallies say, folded and waiting rows together, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, digits, category_id, status, severity, sum(pins), sum(weight) FROM ("
            "  SELECT area_code AS code, digits, category_id, status, severity, pins, weight FROM tally"
            "  UNION ALL"
            "  SELECT left(area_code, d), d, category_id, status, severity, pins, weight"
            "  FROM tally_delta, unnest(ARRAY[0, 2, 4, 6]) AS d WHERE d = 0 OR area_code <> ''"
            ") AS t GROUP BY 1, 2, 3, 4, 5 HAVING sum(pins) <> 0"
        )
        return {tuple(row[:5]): (int(row[5]), int(row[6])) for row in cursor.fetchall()}


@pytest.fixture
def back(settings):
    """Restore for real, and take away what a restore leaves beside."""
    live = connection.get_connection_params()["dbname"]
    made: list[str] = []

    def restore(folder: Path) -> backups.Restored:
        done = backups.restore(folder)
        made.append(done.before)
        return done

    yield restore
    connections.close_all()
    with psycopg.connect(**backups.where("postgres"), autocommit=True) as admin:
        for name in made:
            backups.drop(admin, name)
        names = {row[0] for row in admin.execute("SELECT datname FROM pg_database")}
    assert not [name for name in names if name.startswith(f"{live}_new_")], "a half-built database was left"
