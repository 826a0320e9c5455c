"""The main job on the real boundaries: a pin on a phone becomes part of a ranked district."""

import json
import os
import random
import uuid
from pathlib import Path

import geopandas
import pytest
import shapely

from mapping.exchange import boundaries
from mapping.models import Area, Person, Pin
from mapping.models.people import Role
from tests.conftest import body_of, client_of, feature, make_person, put, real_data

DATA = Path(os.environ.get("MEEMAP_DATA", ""))
D, NEIGHBOUR, OTHER_PROVINCE = "5801", "5802", "83"

pytestmark = real_data


@pytest.fixture
def thailand(db, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "shown"}
    return boundaries.load(
        DATA / "thailand" / "adm3.geojson.gz",
        villages=DATA / "thailand" / "villages.csv.gz",
        figures=DATA / "thailand" / "population_2021.csv.gz",
        activate=True,
    )


def areas(level: str, within: str) -> dict[str, dict]:
    raw = body_of(client_of().get(f"/api/v1/areas.geojson?level={level}&within={within}"))
    return {f["id"]: f for f in json.loads(raw)["features"]}


def figures(code: str) -> dict:
    return areas("district", code[:2])[code]["properties"]


def pins_of(code: str) -> set[str]:
    return {f["id"] for f in json.loads(body_of(client_of().get(f"/api/v1/pins.geojson?area={code}")))["features"]}


def inside(code: str) -> tuple[float, float]:
    point = Area.objects.get(code=code, boundary_set__active=True).point
    return round(point.x, 6), round(point.y, 6)


def test_the_whole_chain_on_the_real_country(thailand):
    assert thailand.counts == {"province": 77, "district": 928, "subdistrict": 7425, "village": 79818}
    flags = dict.fromkeys(("ok", "placeholder", "outside_country", "outside_own"), 0)
    for flag in Area.objects.filter(level="village").values_list("point_flag", flat=True):
        flags[flag] += 1
    assert flags == {"ok": 73228, "placeholder": 1397, "outside_country": 115, "outside_own": 5078}

    # Needs that were there before: the neighbour stands above D.
    for _ in range(3):
        assert put(client_of(), feature(*inside(NEIGHBOUR), severity=4, people=40)).status_code == 201
    assert put(client_of(), feature(*inside(D), severity=1)).status_code == 201
    before, neighbour_before = figures(D), figures(NEIGHBOUR)
    assert before["rank"] > neighbour_before["rank"]

    # A severity-5 pin at a point of D.
    village = Area.objects.filter(level="village", code__startswith=D, point_flag="ok").order_by("code").first()
    assert village is not None
    pin_id = uuid.uuid4()
    body = feature(round(village.point.x, 6), round(village.point.y, 6), severity=5, people=900, village=village.code)
    answer = put(client_of(), body, pin_id)
    about = answer.json()["properties"]
    assert answer.status_code == 201
    assert (about["village"], about["district"], about["province"]) == (village.code, D, "58")
    assert about["subdistrict"] == village.code[:6]
    assert put(client_of(), body, pin_id).status_code == 200
    assert Pin.objects.count() == 5

    # D's tally and download have one more, a neighbour's none.
    after = figures(D)
    assert after["pins"] - before["pins"] == after["unmet"] - before["unmet"] == 1
    assert figures(NEIGHBOUR)["pins"] == neighbour_before["pins"]
    assert str(pin_id) in pins_of(D)
    assert str(pin_id) not in pins_of(NEIGHBOUR)
    assert after["score"] > before["score"]

    # With some more voices D passes the chosen neighbour.
    while figures(D)["rank"] > figures(NEIGHBOUR)["rank"]:
        assert put(client_of(), feature(*inside(D), severity=5, people=900)).status_code == 201
        assert Pin.objects.count() < 50
    assert figures(D)["rank"] < figures(NEIGHBOUR)["rank"]
    assert figures(D)["score"] == pytest.approx(sum(part["points"] for part in figures(D)["parts"]))

    a_cell_pin_and_a_hidden_pin_keep_their_secrets()
    served_areas_agree_with_geopandas()


def a_cell_pin_and_a_hidden_pin_keep_their_secrets() -> None:
    charlie = make_person("charlie", Role.OFFICER, OTHER_PROVINCE)
    lng, lat = inside("580101")
    lng, lat = round(lng + 0.001234, 6), round(lat + 0.001234, 6)
    author = client_of()
    for category, hidden in (("care", False), ("road", True)):
        pin_id = put(author, feature(lng, lat, category=category)).json()["id"]
        Pin.objects.filter(pk=pin_id).update(hidden=hidden)
        for client in (client_of(), client_of(charlie)):
            found = client.get(f"/api/v1/pins/{pin_id}")
            assert found.status_code == (404 if hidden else 200)
            for address in (
                "pins",
                "pins.geojson",
                "pins.csv",
                "clusters/18?bbox=97,18,99,20",
                f"pins/{pin_id}/entries",
            ):
                text = body_of(client.get(f"/api/v1/{address}")).decode()
                assert str(lng) not in text
                assert str(lat) not in text
        assert author.get(f"/api/v1/pins/{pin_id}").json()["geometry"]["coordinates"] == [lng, lat]
        Person.objects.filter(pk=charlie.pk).update(is_active=True)


def served_areas_agree_with_geopandas() -> None:
    """`within` against the served areas, for every pin whose place is exact and agrees."""
    dice = random.Random(7)
    served = areas("subdistrict", "58")
    polygons = geopandas.GeoDataFrame(
        {"code": list(served)},
        geometry=[shapely.from_geojson(json.dumps(f["geometry"])) for f in served.values()],
        crs=4326,
    )
    west, south, east, north = polygons.total_bounds
    author = client_of()
    for _ in range(150):
        point = round(dice.uniform(west, east), 6), round(dice.uniform(south, north), 6)
        assert put(author, feature(*point)).status_code == 201
    mine = json.loads(body_of(author.get("/api/v1/pins.geojson")))["features"]
    pins = geopandas.GeoDataFrame.from_features(mine, crs=4326)
    agreeing = pins[(pins.place_precision == "exact") & (pins.place_agrees == True) & (pins.province == "58")]  # noqa: E712
    joined = agreeing.sjoin(polygons, predicate="within")
    assert len(agreeing) > 30
    assert (joined.subdistrict == joined.code).all()
    assert len(joined) == len(agreeing)
    elsewhere = pins[pins.place_flag == "outside"]
    assert len(elsewhere.sjoin(polygons, predicate="within")) == 0
