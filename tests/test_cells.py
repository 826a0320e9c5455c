"""Heat: every zoom holds every pin that counts, once, where anyone may know it to be, at every moment."""

import itertools
import math
import random
import uuid

import numpy as np
import pytest
import shapely
from django.db import connection
from django.http import QueryDict

from mapping import cells
from mapping.access import Reader
from mapping.filters import PinFilter
from mapping.geometry import MAX_ZOOM, cell_steps
from mapping.models import Category, CellDelta, Pin, PinPublic, Status, TileKept
from mapping.models.pins import STATUS_GROUPS
from mapping.queries import query, rows, value
from tests.conftest import body_of, client_of, errors_of, report
from tests.test_tallies import storm
from tests.test_tiles import decoded

EVERYONE = Reader()
ALL = PinFilter()
INSERT = (
    "INSERT INTO pin (id, category_id, severity, people, checked, point, received_at)"
    " VALUES (%s, %s, %s, %s, %s, ST_SetSRID(ST_MakePoint(%s, %s), 4326), %s)"
)
EDGES = [
    (98.0, 19.0), (98.02, 19.02), (99.84375, 16.5), (-180.0, -90.0), (180.0, 90.0), (0.02, -0.02), (179.999999, 85.06),
    (90.0, 0.01),
]  # fmt: skip


def fold() -> int:
    return value("SELECT cell_fold()")


def scatter(many: int, seed: int = 5, places=()) -> None:
    """Pins of all kinds, near and far, on the edges of cells and tiles too."""
    dice = random.Random(seed)
    categories = list(Category.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for number in range(many):
            if number < len(places):
                lng, lat = places[number]
            else:
                lng, lat = dice.choice([(dice.uniform(97.9, 98.4), dice.uniform(18.9, 19.4)),
                                        (dice.uniform(97, 106), dice.uniform(5, 21))])  # fmt: skip
            cursor.execute(INSERT, [
                uuid.UUID(int=dice.getrandbits(128)), dice.choice(categories), dice.randint(1, 5),
                dice.choice([None, 5, 80, 900]), dice.random() < 0.9, lng, lat,
                f"2026-{dice.randint(1, 11):02}-{dice.randint(1, 28):02}T0{dice.randint(0, 9)}:00+07:00",
            ])  # fmt: skip
        for status in ("verified", "funded", "done", "closed_without_fix", "withdrawn"):
            cursor.execute(
                "INSERT INTO entry (pin_id, kind, to_status, words, by_id)"
                " SELECT id, 'status', %s, 'why', author_id FROM pin"
                " WHERE status = 'reported' AND mod(number, 7) = %s",
                [status, len(status) % 7],
            )


def of_zoom(z: int, chosen: PinFilter = ALL) -> dict[tuple[int, int], tuple[int, int]]:
    statement, values = cells.statement(EVERYONE, chosen, cell_steps(z), cells.WORLD)
    return {(r["x"], r["y"]): (r["pins"], r["weighted"]) for r in rows(statement, values)}


def by_hand(z: int, chosen: PinFilter = ALL) -> dict[tuple[int, int], tuple[int, int]]:
    """The same from the public face, without any grid of the database's."""
    where, values = chosen.where()
    found: dict[tuple[int, int], tuple[int, int]] = {}
    side = 20_000 * 2 ** cell_steps(z)  # in millionths of a degree, in which every place is a whole number
    source = query("faces_public").format(where=where)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(place), ST_Y(place), status, severity, people_band FROM (" + source.as_string(cursor.cursor)
            + ") AS p WHERE counts", values,
        )  # fmt: skip
        for lng, lat, status, severity, band in cursor.fetchall():
            key = (round(lng * 1e6) // side, round(lat * 1e6) // side)
            weighs = severity * max(band, 1) if status in STATUS_GROUPS[0] else 0
            pins, weighted = found.get(key, (0, 0))
            found[key] = pins + 1, weighted + weighs
    return found


def test_every_zoom_holds_every_pin_that_counts_folded_or_not(country):
    scatter(120, places=EDGES)
    counting = Pin.objects.filter(counts=True).count()
    assert 0 < counting < 120
    for _ in range(2):
        for z in range(MAX_ZOOM + 1):
            found = of_zoom(z)
            assert found == by_hand(z), z
            assert sum(pins for pins, _ in found.values()) == counting, z
        assert fold() > 0 or not CellDelta.objects.exists()
    assert not CellDelta.objects.exists()
    assert cells.differences() == []


def test_sql_and_python_put_a_status_into_the_same_group(db):
    for status in Status.values:
        here = next((n for n, members in enumerate(STATUS_GROUPS) if status in members), None)
        assert value("SELECT status_group(%(status)s)", {"status": status}) == here, status


FILTERS = [
    PinFilter(categories=("road",)),
    PinFilter(categories=("road", "flood", "drinking-water")),
    PinFilter(statuses=tuple(map(str, STATUS_GROUPS[0]))),
    PinFilter(statuses=("done", "confirmed", "closed_without_fix")),
    PinFilter(statuses=("withdrawn",)),
    PinFilter(area="58"),
    PinFilter(area="5801", categories=("road",)),
    PinFilter(area="580101", statuses=("funded", "in_progress")),
]
LIVE = [
    PinFilter(statuses=("reported",)),
    PinFilter(severity=(4, 5)),
    PinFilter(area="58010107"),
    PinFilter(q="x"),
]


@pytest.mark.parametrize("z", [4, 7, 8, 10, 13])
def test_a_filter_gives_the_same_from_the_grids_as_from_the_pins(country, z):
    scatter(150, seed=z)
    fold()
    scatter(30, seed=z + 100)  # some that wait
    for chosen in FILTERS:
        assert cells.kept_answer(chosen, cell_steps(z)) is not None, chosen
        assert of_zoom(z, chosen) == by_hand(z, chosen), chosen
    for chosen in LIVE:
        assert cells.kept_answer(chosen, cell_steps(z)) is None, chosen
        assert of_zoom(z, chosen) == by_hand(z, chosen), chosen


def test_whole_months_are_kept_on_the_coarsest_grid_and_other_periods_are_counted(country):
    scatter(200)
    fold()
    scatter(20, seed=9)
    whole = client_of().get("/api/v1/cells/7", {"since": "2026-03-01", "until": "2026-06-01"}).json()
    chosen = PinFilter.parse(QueryDict("since=2026-03-01&until=2026-06-01"))
    part = PinFilter.parse(QueryDict("since=2026-03-02&until=2026-06-01"))
    assert cells.kept_answer(chosen, 4) is not None
    assert cells.kept_answer(chosen, 3) is None  # finer grids know no months
    assert cells.kept_answer(part, 4) is None
    for z in (5, 7, 9):
        for one in (
            chosen,
            part,
            PinFilter.parse(QueryDict("since=2026-05-01")),
            PinFilter.parse(QueryDict("until=2026-05-01")),
        ):
            assert of_zoom(z, one) == by_hand(z, one), (z, one)
    assert sum(cell[2] for cell in whole["cells"]) == sum(p for p, _ in by_hand(7, chosen).values()) > 0


def test_every_change_of_a_pin_moves_the_cells(country, alice):
    pin = Pin.objects.get(pk=report(alice, people=40)["id"])
    other = Pin.objects.get(pk=report(alice, 98.06)["id"])
    changes = [
        {"severity": 5}, {"people": 900}, {"category": other.category}, {"hidden": True}, {"hidden": False},
        {"point": "SRID=4326;POINT(98.25 19.05)"}, {"joined_to": other.pk}, {"joined_to": None}, {"checked": False},
    ]  # fmt: skip
    for change in changes:
        Pin.objects.filter(pk=pin.pk).update(**change)
        for _ in range(2):
            assert cells.differences() == [], change
            assert of_zoom(9) == by_hand(9), change
            fold()
    Pin.objects.filter(pk=other.pk).delete()
    fold()
    assert of_zoom(9) == by_hand(9) == {}
    assert value("SELECT count(*) FROM cell") == 0, "an empty cell stays behind"


def test_what_is_public_by_village_or_cell_is_drawn_there_and_never_at_its_exact_place(country, alice):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE category SET public_place = 'cell' WHERE slug = 'road'")
    report(alice, 98.0712, 19.0534)
    found = client_of(alice).get("/api/v1/cells/14", {"bbox": "98,19,98.2,19.2"}).json()["cells"]
    assert [cell[:2] for cell in found] == [[98.06, 19.04]]
    ((x, y),) = of_zoom(14)
    assert value("SELECT ST_X(public_point) FROM pin") == pytest.approx((x + 0.5) * 0.02)
    assert value("SELECT ST_Y(public_point) FROM pin") == pytest.approx((y + 0.5) * 0.02)


def tiles_of(z: int) -> list[tuple[int, int]]:
    return list(itertools.product(range(2**z), repeat=2))


@pytest.mark.parametrize("z", [0, 1, 2, 3, 4])
def test_each_cell_lies_in_exactly_one_tile_of_its_zoom(z):
    every = [cells.span_of_tile(z, x, y) for x, y in tiles_of(z)]
    for axis, last in ((0, 9_000), (1, 4_500)):
        times = np.zeros(2 * last + 1, int)
        for low, high in {span[axis] for span in every}:
            times[max(low, -last) + last : max(high, -last - 1) + last + 1] += 1
        assert (times == 1).all()


@pytest.mark.parametrize("z", [5, 9, 11, 16])
def test_neighbours_agree_on_their_edge(z):
    dice = random.Random(z)
    for _ in range(200):
        x, y = dice.randrange(1, 2**z - 1), dice.randrange(1, 2**z - 1)
        here, right, below = (cells.span_of_tile(z, *at) for at in ((x, y), (x + 1, y), (x, y + 1)))
        assert here.x[1] + 1 == right.x[0]
        assert below.y[1] + 1 == here.y[0]


def test_the_tiles_of_a_zoom_hold_every_pin_once(country, tmp_path):
    scatter(80, places=EDGES)
    counting = Pin.objects.filter(counts=True).count()
    for z in (0, 2, 3):
        found = [tile for at in tiles_of(z) if (tile := cells.tile(EVERYONE, ALL, z, *at))]
        drawn = [about for tile in found for about, _ in decoded(tile, tmp_path)["cell"]]
        assert sum(about["pins"] for about in drawn) == counting, z
        assert len({(about["x"], about["y"]) for about in drawn}) == len(drawn)


def test_a_tile_draws_each_cell_where_it_lies(country, alice, tmp_path):
    report(alice, 98.0712, 19.0534, severity=4)
    answer = client_of().get("/api/v1/tiles/cells/11/1581/913.mvt")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    [(about, shape)] = decoded(body_of(answer), tmp_path)["cell"]
    assert {name: about[name] for name in ("x", "y", "pins", "weighted")} == {
        "x": 4903,
        "y": 952,
        "pins": 1,
        "weighted": 4,
    }
    side = 360 / 2**11
    west, south, east, north = shapely.bounds(shape)
    # GDAL gives a lone tile the world of its units: 4096 a side, rows running down.
    assert (west, east) == (
        round((98.06 - (1581 * side - 180)) / side * 4096),
        round((98.08 - (1581 * side - 180)) / side * 4096),
    )
    assert 0 < east - west < 4096
    assert 0 < abs(north - south) < 4096
    held = client_of().get("/api/v1/tiles/cells/11/1581/913.mvt", headers={"If-None-Match": answer["ETag"]})
    assert held.status_code == 304
    report(alice, 99.5, 19.05)
    held = client_of().get("/api/v1/tiles/cells/11/1581/913.mvt", headers={"If-None-Match": answer["ETag"]})
    assert held.status_code == 304, "a pin elsewhere changes nothing here"
    report(alice, 98.0713, 19.0534)
    again = client_of().get("/api/v1/tiles/cells/11/1581/913.mvt", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 200
    assert client_of().get("/api/v1/tiles/cells/11/0/0.mvt").content == b""


def test_too_many_pins_or_cells_ask_to_zoom_in(country, alice, monkeypatch):
    for lng in (98.05, 98.09, 98.13):
        report(alice, lng)
    monkeypatch.setattr(cells, "MOST_PINS", 2)
    assert client_of().get("/api/v1/cells/9", {"category": "road"}).status_code == 200
    for address in ("/api/v1/cells/9", "/api/v1/tiles/cells/5/24/14.mvt"):
        answer = client_of().get(address, {"severity": "3-5"})
        assert answer.status_code == 400
        assert errors_of(answer) == [("too_many_pins", None)]
    monkeypatch.setattr(cells, "MOST_CELLS", 2)
    assert errors_of(client_of().get("/api/v1/cells/14")) == [("too_many_cells", None)]
    assert client_of().get("/api/v1/cells/14", {"bbox": "98.04,19.04,98.06,19.06"}).status_code == 200


def test_a_recount_finds_a_wrong_cell_and_a_rebuild_mends_it(country, alice):
    report(alice)
    fold()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cell SET figures = figures_added(figures, '{3}') WHERE grid = 2")
    assert [(d["grid"], d["slot"], d["kept"], d["counted"]) for d in cells.differences()] == [(2, 1, 4, 1)]
    assert value("SELECT cell_rebuild()") == 1
    assert cells.differences() == []


@pytest.mark.django_db(transaction=True)
def test_eight_writers_never_deadlock_and_cells_are_exact_at_every_moment(open_country):
    def look() -> None:
        assert cells.differences() == []
        value("SELECT cell_fold(50)")

    problems, looks = storm(look)
    assert problems == []
    assert looks > 1
    assert cells.differences() == []
    assert of_zoom(8) == by_hand(8) != {}


# -- kept tiles -----------------------------------------------------------------------------

HERE = (11, 1581, 913)  # holds 98.07, 19.05
BESIDE = (11, 1590, 913)


def kept() -> list[tuple]:
    return list(TileKept.objects.order_by("kind", "z", "x").values_list("kind", "z", "x", "y"))


def test_a_kept_tile_is_served_until_something_falls_into_it_and_no_longer(country, alice, monkeypatch):
    report(alice, 98.07, 19.05)
    report(alice, 99.6, 19.05)
    fold()
    first, other = (cells.tile(EVERYONE, ALL, *at) for at in (HERE, BESIDE))
    assert kept() == [("cells", *HERE), ("cells", *BESIDE)]
    with monkeypatch.context() as patched:
        patched.setattr(cells, "statement", None)  # whoever made it anew would stumble
        assert cells.tile(EVERYONE, ALL, *HERE) == first
    pin = report(alice, 98.0701, 19.0501)
    waiting = cells.tile(EVERYONE, ALL, *HERE)
    assert waiting != first, "what waits is in it at once"
    fold()
    assert kept() == [("cells", *BESIDE)], "only the tile that it fell into has ended"
    assert cells.tile(EVERYONE, ALL, *HERE) == waiting
    Pin.objects.filter(pk=pin["id"]).update(checked=False)
    fold()
    assert cells.tile(EVERYONE, ALL, *HERE) == first
    with monkeypatch.context() as patched:
        patched.setattr(cells, "statement", None)
        assert cells.tile(EVERYONE, ALL, *BESIDE) == other
    value("SELECT cell_rebuild()")
    assert kept() == []


def test_a_filter_has_tiles_of_its_own(country, alice):
    report(alice, 98.07, 19.05)
    report(alice, 98.07, 19.05, category="flood")
    fold()
    found = {
        cells.tile(EVERYONE, PinFilter.parse(QueryDict(text)), *HERE)
        for text in ("", "category=road", "status=done", "")
    }
    assert len(found) == 3
    assert TileKept.objects.count() == 3


def test_a_tile_that_was_made_before_a_fold_is_not_kept_after_it(country, alice):
    report(alice, 98.07, 19.05)
    fold()
    span = cells.span_of_tile(*HERE)

    def slow() -> bytes:
        made = b"old"
        report(alice, 98.0701, 19.0501)
        fold()
        return made

    assert cells.kept_tile("cells", *HERE, ALL, span, slow) == b"old"
    assert kept() == []
    # The control: with a number that was read too late it is kept, and wrong from then on.
    report(alice, 98.0702, 19.0502)
    fold()
    folds = value("SELECT last_value FROM cell_folds")
    value("SELECT tile_keep('cells', 11, 1581, 913, %(f)s, %(c)s, 'old', %(n)s)", {
        "f": cells.name_of(ALL), "c": [*span.x, *span.y], "n": folds,
    })  # fmt: skip
    assert cells.tile(EVERYONE, ALL, *HERE) == b"old"


@pytest.mark.django_db(transaction=True)
def test_tiles_that_are_kept_while_eight_write_are_right_in_the_end(open_country):
    places = ((98.05, 19.05), (98.25, 19.05), (98.05, 8.05))
    tiles = [(z, *_tile_at(z, lng, lat)) for z in (5, 9, 11) for lng, lat in places]

    def look() -> None:
        for at in tiles:
            cells.tile(EVERYONE, ALL, *at)
            cells.pins_tile(EVERYONE, ALL, *at)
        value("SELECT cell_fold(200)")

    problems, looks = storm(look)
    assert problems == []
    assert looks > 3
    while fold():
        pass
    for at in tiles:
        for make in (cells.tile, cells.pins_tile):
            found = make(EVERYONE, ALL, *at)
            TileKept.objects.all().delete()
            assert make(EVERYONE, ALL, *at) == found, (make.__name__, at)
    assert kept()


def _tile_at(z: int, lng: float, lat: float) -> tuple[int, int]:
    row = 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
    return int((lng + 180) / 360 * 2**z), int(row * 2**z)


def test_old_tiles_are_forgotten(country, alice, monkeypatch):
    report(alice)
    fold()
    for z in range(6, 12):
        cells.tile(EVERYONE, ALL, z, *_tile_at(z, 98.05, 19.05))
    TileKept.objects.filter(z__lt=9).update(at="2020-01-01T00:00Z")
    monkeypatch.setattr(cells, "MOST_TILES", 3)
    cells.forget_old_tiles()
    assert {z for _, z, _, _ in kept()} == {9, 10, 11}


# -- tiles of pins --------------------------------------------------------------------------


def pins_in(raw: bytes, folder) -> list[dict]:
    return [about for about, _ in decoded(raw, folder).get("pin", [])] if raw else []


def test_every_need_that_leads_lies_in_exactly_one_pin_tile(country, tmp_path):
    scatter(80, places=EDGES[:3])
    shown = set(
        PinPublic.objects.filter(joined_to=None).exclude(status="withdrawn").values_list("number", flat=True)
    )  # fmt: skip
    for z in (0, 2, 3):
        found = [
            int(about["mvt_id"]) for at in tiles_of(z)
            for about in pins_in(cells.pins_tile(EVERYONE, ALL, z, *at), tmp_path)
        ]  # fmt: skip
        assert len(found) == len(set(found))
        assert set(found) == shown


def test_a_pin_tile_shows_each_reader_the_face_that_is_theirs(country, alice, charlie, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE category SET public_place = 'cell' WHERE slug = 'road'")
    report(alice, 98.0712, 19.0534)
    hidden = report(alice, 98.0713, 19.0535, category="flood")
    Pin.objects.filter(pk=hidden["id"]).update(hidden=True)
    z = 16
    exact, public = (_tile_at(z, *at) for at in ((98.0712, 19.0534), (98.07, 19.05)))
    assert exact != public
    for person, place, elsewhere in ((None, public, exact), (charlie, public, exact)):
        address = "/api/v1/tiles/pins/{}/{}/{}.mvt"
        answer = client_of(person).get(address.format(z, *place))
        [about] = pins_in(body_of(answer), tmp_path)
        assert (about["category"], about["place_precision"], about["status"]) == ("road", "cell", "reported")
        assert body_of(client_of(person).get(address.format(z, *elsewhere))) == b""
    own = pins_in(cells.pins_tile(Reader.of(alice), ALL, z, *exact), tmp_path)
    assert len(own) == 2, "one's own, the hidden one too"
    assert cells.pins_tile(Reader.of(charlie), ALL, z, *exact) == b""


def test_a_pin_tile_changes_with_every_change_of_a_need_in_it(country, alice, tmp_path):
    pin = report(alice, 98.07, 19.05)
    fold()
    at = (12, *_tile_at(12, 98.07, 19.05))

    def shown() -> list[tuple]:
        found = pins_in(cells.pins_tile(EVERYONE, ALL, *at), tmp_path)
        return [(about["status"], int(about["severity"]), about["category"]) for about in found]

    assert shown() == [("reported", 3, "road")]
    assert kept()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO entry (pin_id, kind, to_status) VALUES (%s, 'status', 'verified')", [pin["id"]])
    assert shown() == [("verified", 3, "road")], "the same status group, another status"
    fold()
    Pin.objects.filter(pk=pin["id"]).update(severity=5)
    fold()
    assert shown() == [("verified", 5, "road")]
    Pin.objects.filter(pk=pin["id"]).update(hidden=True)
    assert shown() == []
    fold()
    assert shown() == []


def test_a_pin_tile_of_too_many_asks_to_zoom_in(country, alice, monkeypatch):
    for lng in (98.05, 98.09, 98.13):
        report(alice, lng)
    monkeypatch.setattr(cells, "MOST_PINS", 2)
    answer = client_of().get("/api/v1/tiles/pins/5/24/14.mvt")
    assert (answer.status_code, errors_of(answer)) == (400, [("too_many_pins", None)])
    z, x, y = 14, *_tile_at(14, 98.05, 19.05)
    assert client_of().get(f"/api/v1/tiles/pins/{z}/{x}/{y}.mvt").status_code == 200


# -- crowds ---------------------------------------------------------------------------------


def test_crowds_of_very_many_pins_come_from_the_grid(country, monkeypatch):
    scatter(120)
    few = client_of().get("/api/v1/clusters/6").json()["features"]
    monkeypatch.setattr(cells, "MOST_PINS", 50)
    many = client_of().get("/api/v1/clusters/6").json()["features"]
    assert {f["properties"]["cluster"] for f in few} == {True, False}
    assert {f["properties"]["cluster"] for f in many} == {True}
    assert sum(f["properties"]["count"] for f in many) == Pin.objects.filter(counts=True).count()
    for feature in many:
        w, s, e, n = feature["properties"]["bbox"]
        lng, lat = feature["geometry"]["coordinates"]
        assert w < lng < e
        assert s < lat < n
        assert e - w == pytest.approx(0.02 * 64)
    assert errors_of(client_of().get("/api/v1/clusters/6", {"severity": "1-4"})) == [("too_many_pins", None)]


@pytest.mark.parametrize(
    ("address", "code", "attr"),
    [
        ("23/0/0", "tile_range", "z"), ("5/32/0", "tile_range", "x"), ("5/0/32", "tile_range", "y"),
        ("5/-1/0", "tile_number", "x"), ("x/0/0", "tile_number", "z"), ("05/0/0", "tile_number", "z"),
        ("5/24.0/14", "tile_number", "x"), ("99999999999999999999/0/0", "tile_number", "z"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["cells", "pins", "areas"])
def test_an_address_that_is_no_tile_is_refused_by_name(country, charlie, kind, address, code, attr):
    for person in (None, charlie):
        answer = client_of(person).get(f"/api/v1/tiles/{kind}/{address}.mvt")
        status = 404 if code == "tile_range" else 400
        assert (answer.status_code, errors_of(answer)) == (status, [(code, attr)])
    unknown = client_of().get(f"/api/v1/tiles/{kind}/5/24/14.mvt?limit=1000000000")
    assert errors_of(unknown) == [("parameter_unknown", "limit")]


def test_a_box_narrows_cells_and_tiles_to_the_cells_whose_middle_it_holds(country, alice, tmp_path):
    for lng in (98.05, 98.07, 98.09):
        report(alice, lng, 19.05)
    box = {"bbox": "98.061,19,98.075,19.1"}  # holds the middle of one of them
    assert [cell[0] for cell in client_of().get("/api/v1/cells/14", box).json()["cells"]] == [98.06]
    answer = client_of().get("/api/v1/tiles/cells/11/{}/{}.mvt".format(*_tile_at(11, 98.07, 19.05)), box)
    assert [about["x"] for about, _ in decoded(body_of(answer), tmp_path)["cell"]] == [4903]
    far = client_of().get("/api/v1/tiles/cells/11/0/0.mvt", box)
    assert (far.status_code, far.content) == (200, b"")


def test_the_heat_of_an_officers_queue_is_drawn_by_the_public_place(country, bob, alice, charlie):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE category SET public_place = 'cell' WHERE slug = 'road'")
    report(bob, 98.0712, 19.0534)
    found = client_of(alice).get("/api/v1/cells/14", {"queue": "new"}).json()["cells"]
    assert [cell[:3] for cell in found] == [[98.06, 19.04, 1]]
    for person in (None, bob, charlie):
        answer = client_of(person).get("/api/v1/cells/14", {"queue": "new"})
        assert answer.status_code != 200 or answer.json()["cells"] == []
    assert not TileKept.objects.exists()
    client_of(alice).get("/api/v1/tiles/cells/14/{}/{}.mvt".format(*_tile_at(14, 98.07, 19.05)), {"queue": "new"})
    assert not TileKept.objects.exists(), "what one person may see is kept for nobody"
