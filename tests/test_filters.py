"""One filter: what it takes, what it refuses, and that list, map, download and ranking agree."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from mapping.errors import Refusal
from mapping.filters import PinFilter
from tests.conftest import body_of, client_of, errors_of, report

LISTS = ("/api/v1/pins", "/api/v1/pins.geojson", "/api/v1/cells/9", "/api/v1/clusters/9", "/api/v1/ranking")


def parse(query: str) -> PinFilter:
    return PinFilter.parse(QueryDict(query))


@pytest.fixture
def pins(alice) -> None:
    report(alice, 98.05, 19.05, category="road", severity=5, words="สะพานขาด 100%")
    report(alice, 98.15, 19.05, category="flood", severity=3, words="น้ำท่วม_ทุกปี")
    report(alice, 98.25, 19.05, category="road", severity=1, people=300)
    report(alice, 98.05, 8.05, category="waste", severity=4)
    with connection.cursor() as cursor:  # received on 1 February in Bangkok, 31 January in London
        cursor.execute(
            "INSERT INTO pin (id, category_id, severity, checked, received_at, point)"
            " SELECT gen_random_uuid(), id, 2, true, '2026-01-31 17:30+00',"
            " ST_SetSRID(ST_MakePoint(98.06, 19.06), 4326)"
            " FROM category WHERE slug = 'waste'"
        )


FILTERS = [
    ("", 5),
    ("area=58", 4),
    ("area=5801", 3),
    ("area=580102", 1),
    ("area=58010101", 0),
    ("category=road", 2),
    ("category=road,waste", 4),
    ("category=other", 0),
    ("status=unmet", 5),
    ("status=open", 5),
    ("status=done", 0),
    ("status=reported,verified", 5),
    ("severity=5", 1),
    ("severity=3-5", 3),
    ("bbox=98,19,98.1,19.1", 2),
    ("bbox=98,8,98.1,8.1", 1),
    ("since=2026-02-01&until=2026-02-02", 1),
    ("until=2026-02-01", 0),
    ("since=2026-02-02", 4),
    ("since=2026-02-01T00:00:00%2B07:00&until=2026-02-01T01:00:00%2B07:00", 1),
    ("q=สะพาน", 1),
    ("q=100%25", 1),
    ("q=_ทุก", 1),
    ("q=%25%25", 0),
    ("area=58&category=road&severity=1-4", 1),
]


@pytest.mark.parametrize(("query", "count"), FILTERS)
def test_list_map_download_and_ranking_agree(pins, query, count):
    def answer(address: str):
        return json.loads(body_of(client_of().get(f"{address}?{query}")))

    assert answer("/api/v1/pins")["count"] == count
    assert len(answer("/api/v1/pins")["features"]) == count
    assert len(answer("/api/v1/pins.geojson")["features"]) == count
    assert len(body_of(client_of().get(f"/api/v1/pins.csv?{query}")).splitlines()) == count + 1
    assert sum(cell[2] for cell in answer("/api/v1/cells/9")["cells"]) == count
    clusters = answer("/api/v1/clusters/9")["features"]
    assert sum(f["properties"].get("count", 1) for f in clusters) == count
    for level in ("province", "district", "subdistrict"):
        assert sum(row["pins"] for row in answer_of_level("ranking", level, query)["results"]) == count
        features = answer_of_level("areas.geojson", level, query)["features"]
        assert sum(f["properties"]["pins"] for f in features) == count


def answer_of_level(name: str, level: str, query: str):
    return json.loads(body_of(client_of().get(f"/api/v1/{name}?level={level}&{query}")))


REFUSED = [
    ("bbox=1,2,3", "bbox_numbers", "bbox"),
    ("bbox=a,b,c,d", "bbox_numbers", "bbox"),
    ("bbox=nan,0,1,1", "bbox_numbers", "bbox"),
    ("bbox=-500,0,500,1", "bbox_range", "bbox"),
    ("bbox=99,19,98,20", "bbox_order", "bbox"),
    ("area=5", "code_form", "area"),
    ("area=58x1", "code_form", "area"),
    ("area=๕๘", "code_form", "area"),
    ("area=58'--", "code_form", "area"),
    ("category=roads", "choice_unknown", "category"),
    ("category=road,", "choice_unknown", "category"),
    ("status=lost", "choice_unknown", "status"),
    ("severity=0", "number_range", "severity"),
    ("severity=4-3", "number_range", "severity"),
    ("severity=-5", "number_range", "severity"),
    ("severity=3-", "number_range", "severity"),
    ("status=,", "choice_unknown", "status"),
    ("since=2569-01-01", "date_buddhist", "since"),
    ("severity=x", "number_range", "severity"),
    ("severity=1-99999999999999999999", "number_range", "severity"),
    ("since=yesterday", "date_form", "since"),
    ("since=2026-13-01", "date_form", "since"),
    ("since=2026-01-01T00:00:00", "time_form", "since"),
    ("since=2026-02-01&until=2026-01-01", "period_order", "until"),
    ("ordering=author__password", "parameter_unknown", "ordering"),
    ("category__startswith=r", "parameter_unknown", "category__startswith"),
    ("area=58&area=83", "parameter_twice", "area"),
]


@pytest.mark.parametrize(("query", "code", "attr"), REFUSED)
def test_what_cannot_be_read_is_refused_by_name_everywhere(country, query, code, attr):
    for address in LISTS:
        response = client_of().get(f"{address}?{query}")
        assert (response.status_code, errors_of(response)) == (400, [(code, attr)]), address


def test_pages_ignore_what_they_do_not_know(country):
    assert client_of().get("/office/?nonsense=1&area=x").status_code == 200


def test_a_filter_without_narrowing_is_the_empty_one():
    assert parse("") == PinFilter()
    assert parse("severity=1-5") == PinFilter()


def test_open_and_unmet_are_sets_of_statuses():
    assert parse("status=unmet").statuses == ("reported", "verified", "forwarded", "planned")
    assert set(parse("status=open").statuses) - set(parse("status=unmet").statuses) == {"funded", "in_progress"}


def test_the_kept_tallies_answer_what_they_can(db):
    assert parse("area=580101&category=road&status=open&severity=2").in_tallies
    for query in ("bbox=1,1,2,2", "since=2026-01-01", "q=x", "area=58010101"):
        assert not parse(query).in_tallies


def test_kept_and_live_tallies_agree(pins):
    """The same question, answered from the kept rows and from the pins."""
    early = (timezone.now() - timedelta(days=9999)).date().isoformat()
    for query in ("", "area=5801", "category=road&severity=2-5"):
        kept, live = (
            client_of().get(f"/api/v1/ranking?level=subdistrict&{q}").json()["results"]
            for q in (query, f"{query}&since={early}")
        )
        assert kept == live


@pytest.mark.parametrize("payload", ["' OR 1=1 --", "%(reader)s", "{where}", "\\", "%s", "ก\u0301" * 40])
def test_search_words_are_only_words(pins, payload):
    response = client_of().get("/api/v1/pins", {"q": payload})
    assert response.status_code == 200
    assert response.json()["count"] == 0


def test_a_name_is_searched_as_it_is_written(pins):
    for q, found in (("%", 0), ("_", 0), ("ตำบล 5801", 2)):
        assert len(client_of().get("/api/v1/areas", {"q": q}).json()["results"]) == found


def test_pages_are_read_to_the_end_without_repeats(alice):
    ids = {report(alice, 98.05 + i / 1000)["id"] for i in range(7)}
    seen: list[str] = []
    cursor = ""
    while True:
        found = client_of().get("/api/v1/pins", {"limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        seen += [f["id"] for f in found["features"]]
        assert found["count"] == 7
        cursor = found["next"]
        if cursor is None:
            break
    assert len(seen) == 7
    assert set(seen) == ids


def test_a_forged_page_mark_is_refused(country):
    for mark in ("x", "W10=:abc", "é"):
        assert errors_of(client_of().get("/api/v1/pins", {"cursor": mark})) == [("cursor_broken", "cursor")]


def test_limits_have_their_range(country):
    for limit in ("0", "501", "-1", "1e3", "10000000000"):
        assert errors_of(client_of().get(f"/api/v1/pins?limit={limit}")) == [("number_range", "limit")]


def test_an_unknown_refusal_code_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        Refusal("no_such_code")
