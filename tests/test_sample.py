"""The sample country: its subdistricts as committed, and the people invented for it."""

import collections
import datetime as dt
import gzip
import importlib.util
import itertools
import json
import re

import numpy as np
import pytest
import shapely

from mapping.exchange import sample

NOW = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)
CATEGORIES = list(sample.KINDS)
RANK = {status: k for k, status in enumerate(sample.STATUSES)}


@pytest.fixture(scope="module")
def collection():
    with gzip.open(sample.SAMPLE_FOLDER / "subdistricts.geojson.gz") as file:
        return json.load(file)


@pytest.fixture(scope="module")
def subdistricts():
    return sample.read_subdistricts()


@pytest.fixture(scope="module")
def shapes(subdistricts):
    return np.array([each["geometry"] for each in subdistricts])


@pytest.fixture(scope="module")
def villages(subdistricts):
    return sample.make_villages(subdistricts, seed=1)


@pytest.fixture(scope="module")
def pins(villages, subdistricts):
    return list(sample.make_pins(villages, subdistricts, CATEGORIES, 4000, 1, NOW))


# -- subdistricts --------------------------------------------------------------------------


def test_the_sample_has_every_province_district_and_subdistrict(collection):
    codes = [feature["properties"]["code"] for feature in collection["features"]]
    assert len(set(codes)) == len(codes) == 7436
    assert len({code[:4] for code in codes}) == 928
    assert len({code[:2] for code in codes}) == 77
    assert codes == sorted(codes)


def test_properties_are_those_of_the_real_file_and_codes_nest(collection):
    for feature in collection["features"]:
        properties = feature["properties"]
        assert list(properties) == [
            "code", "name_th", "name_en", "district", "province", "current", "successors",
        ]  # fmt: skip
        code = properties["code"]
        assert re.fullmatch(r"\d{6}", code)
        assert (properties["district"], properties["province"]) == (code[:4], code[:2])
        assert properties["current"] is True
        assert properties["successors"] == []
        assert re.search("[\u0e01-\u0e2e]", properties["name_th"])
        assert properties["name_en"].isascii()


def test_the_file_says_that_it_is_approximate_and_where_it_is_from(collection):
    assert collection["approximate"] is True
    assert collection["sample"] is True
    assert collection["licence"] == "CC-BY-4.0"
    for name in ("Natural Earth", "GeoNames", "GeoThai"):
        assert name in collection["attribution"]
    assert dt.date.fromisoformat(collection["made"])


def test_every_polygon_is_valid_and_none_is_empty(shapes):
    assert shapely.is_valid(shapes).all()
    assert (shapely.area(shapes) > 0).all()


def test_neighbours_share_their_border_without_gap_or_overlap(subdistricts, shapes):
    assert shapely.coverage_is_valid(shapes)
    provinces = np.array([each["code"][:2] for each in subdistricts])
    for province in np.unique(provinces):
        inside = shapes[provinces == province]
        whole = shapely.union_all(inside)
        assert whole.area == pytest.approx(shapely.area(inside).sum(), rel=1e-9)
        assert not any(part.interiors for part in shapely.get_parts(whole))


def test_the_country_has_no_holes_and_lies_in_thailand(shapes):
    country = shapely.coverage_union_all(shapes)
    assert sum(len(part.interiors) for part in shapely.get_parts(country)) == 0
    west, south, east, north = country.bounds
    assert shapely.box(97, 5, 106, 21).contains(shapely.box(west, south, east, north))


def test_a_district_is_the_union_of_its_subdistricts_and_in_one_piece_on_land(subdistricts, shapes):
    districts = np.array([each["code"][:4] for each in subdistricts])
    pieces = {
        code: shapely.get_num_geometries(shapely.coverage_union_all(shapes[districts == code]))
        for code in np.unique(districts)
    }
    assert sum(count > 1 for count in pieces.values()) < 20  # those with islands


def test_islands_with_a_district_or_subdistrict_of_their_own_are_there(subdistricts):
    areas = {each["code"]: each["geometry"] for each in subdistricts}
    ko_tao, ko_si_chang = areas["840503"], areas["200801"]
    assert ko_tao.contains(shapely.Point(99.84, 10.10))
    assert ko_si_chang.centroid.distance(shapely.Point(100.81, 13.15)) < 0.03
    assert not ko_tao.touches(areas["840501"])


def test_rings_wind_as_rfc_7946_asks_on_a_grid_of_five_decimals(collection):
    for feature in collection["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]]
        if geometry["type"] == "MultiPolygon":
            polygons = geometry["coordinates"]
        for outer, *holes in polygons:
            assert shapely.LinearRing(outer).is_ccw
            assert not any(shapely.LinearRing(hole).is_ccw for hole in holes)
            assert all(round(value, 5) == value for point in outer for value in point)


def test_the_committed_files_stay_small_and_carry_no_clock():
    total = sum(file.stat().st_size for file in sample.SAMPLE_FOLDER.iterdir() if file.is_file())
    packed = sample.SAMPLE_FOLDER / "subdistricts.geojson.gz"
    assert packed.stat().st_size <= 1_400_000
    assert total <= 3_000_000
    assert packed.read_bytes()[4:8] == bytes(4)  # the time field of gzip


# -- how they are made ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location("build", sample.SAMPLE_FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rounding_together_keeps_borders_that_rounding_alone_would_open(build):
    # The corner of B and C lies on the slanted side of A, off the grid.
    a = shapely.Polygon([(0, 0), (1, 0.3333333), (1, 1), (0, 1)])
    b = shapely.Polygon([(0, 0), (0.5000049, 0.1666683), (0.5000049, -1), (0, -1)])
    c = shapely.Polygon([(0.5000049, 0.1666683), (1, 0.3333333), (1, -1), (0.5000049, -1)])
    alone = [shapely.set_precision(cell, build.GRID) for cell in (a, b, c)]
    together = list(build.round_together({"a": a, "b": b, "c": c}).values())
    assert not shapely.coverage_is_valid(alone)
    assert shapely.coverage_is_valid(together)
    assert shapely.area(together).sum() == pytest.approx(2, abs=1e-4)


def test_a_piece_cut_off_by_a_bay_goes_to_its_neighbour(build):
    # A U whose right arm is nearer to the left site than to the one at its foot.
    u = shapely.Polygon([(0, 0), (5, 0), (5, 4), (4, 4), (4, 1), (1, 1), (1, 4), (0, 4)])
    cells = build.divide(u, {"left": shapely.Point(0.5, 2.5), "foot": shapely.Point(2.5, 0.1)})
    assert all(cell.geom_type == "Polygon" for cell in cells.values())
    assert sum(cell.area for cell in cells.values()) == pytest.approx(u.area)


def test_a_country_with_a_gap_is_not_written(build, subdistricts):
    areas = {each["code"]: each["geometry"] for each in subdistricts}
    build.check(areas)
    with pytest.raises(SystemExit, match="share their vertices"):
        build.check(areas | {"580101": areas["580101"].buffer(0.01)})
    with pytest.raises(SystemExit, match="7435"):
        build.check({code: area for code, area in areas.items() if code != "580101"})


# -- figures and villages ------------------------------------------------------------------


def test_figures_are_plausible_and_a_handful_outside_the_sample_province_are_unknown(subdistricts):
    figures = sample.make_figures(subdistricts, seed=1)
    assert [figure.code for figure in figures] == [each["code"] for each in subdistricts]
    unknown = [figure.code for figure in figures if figure.population is None]
    assert 3 <= len(unknown) <= 20
    assert not any(code.startswith(sample.SAMPLE_PROVINCE) for code in unknown)
    known = [figure for figure in figures if figure.population is not None]
    assert 40e6 < sum(figure.population for figure in known) < 90e6
    assert all(1.9 < figure.population / figure.households < 3.6 for figure in known)


def test_villages_lie_in_their_own_subdistrict(villages, subdistricts):
    areas = {each["code"]: each["geometry"] for each in subdistricts}
    mine = np.array([areas[village.code[:6]] for village in villages])
    lng, lat = np.array([(village.lng, village.lat) for village in villages]).T
    assert shapely.contains_xy(mine, lng, lat).all()


def test_the_sample_province_has_about_400_villages_bangkok_none_the_rest_two_to_four(villages):
    counts = collections.Counter(village.code[:6] for village in villages)
    home = sum(count for code, count in counts.items() if code.startswith("58"))
    assert 370 <= home <= 440
    assert not any(code.startswith("10") for code in counts)
    assert {n for code, n in counts.items() if not code.startswith("58")} == {2, 3, 4}


def test_a_village_is_named_by_its_number(villages):
    village = next(village for village in villages if village.code == "58010103")
    assert (village.name_th, village.name_en) == ("หมู่ที่ 3", "Moo 3")
    assert len({village.code for village in villages}) == len(villages)


def test_a_part_of_the_country_has_the_same_villages_as_in_the_whole(villages, subdistricts):
    part = [each for each in subdistricts if each["code"].startswith("83")]
    assert sample.make_villages(part, seed=1) == [v for v in villages if v.code.startswith("83")]


def test_villages_that_do_not_fit_by_chance_still_lie_inside():
    needle = shapely.Polygon([(100, 10), (101, 11), (101.00001, 11), (100.00001, 10)])
    area = sample.Subdistrict(code="770101", name="เข็ม", geometry=needle)
    made = sample.make_villages([area], seed=1)
    assert len(made) in (2, 3, 4)


# -- offices -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def offices(villages, subdistricts):
    names = {each["code"]: (each["name"], "X") for each in subdistricts}
    names |= {code[:n]: ("ก", "Y") for code in names.copy() for n in (2, 4)}
    return sample.make_offices(villages, names)


def test_every_village_of_the_sample_province_has_one_local_authority(offices, villages):
    local = [o for o in offices if o.kind in ("municipality", "subdistrict_administration")]
    held = [code for office in local for code in office.territory]
    assert sorted(held) == [village.code for village in villages if village.code.startswith("58")]


def test_one_subdistrict_is_shared_and_all_others_are_not(offices):
    local = [o for o in offices if o.kind in ("municipality", "subdistrict_administration")]
    shared = collections.Counter(code for office in local for code in {c[:6] for c in office.territory})
    assert [code for code, n in shared.items() if n > 1] == ["580101"]
    assert {office.kind for office in local} == {"municipality", "subdistrict_administration"}


def test_offices_say_that_they_are_invented_and_their_numbers_reach_nobody(offices):
    assert {office.kind for office in offices} >= {"district_office", "provincial_administration", "agency"}
    for office in offices:
        assert "ตัวอย่าง" in office.name_th
        assert "sample" in office.name_en
        assert re.fullmatch(r"0-0000-\d{4}", office.phone)
        assert office.website in ("", f"https://example.org/{office.code[-6:]}")
    assert len({office.code for office in offices}) == len(offices)


# -- pins ----------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_people_and_another_seed_others(villages, subdistricts):
    def some(seed):
        return list(sample.make_pins(villages, subdistricts, CATEGORIES, 100, seed, NOW))

    assert some(1) == some(1)
    assert some(1) != some(2)
    assert sample.make_villages(subdistricts[:50], 1) == sample.make_villages(subdistricts[:50], 1)


def test_more_pins_begin_with_the_same_needs_at_the_same_places(pins, villages, subdistricts):
    def need(pin):
        return (pin.category, pin.severity, pin.people, pin.words, pin.lng, pin.lat, pin.village)

    fewer = sample.make_pins(villages, subdistricts, CATEGORIES, 2500, 1, NOW)
    assert [need(pin) for pin in fewer] == [need(pin) for pin in pins[:2500]]


def test_three_fifths_of_the_pins_are_in_the_sample_province(pins, subdistricts):
    home = shapely.union_all([each["geometry"] for each in subdistricts if each["code"].startswith("58")])
    inside = shapely.contains_xy(home, *np.array([(pin.lng, pin.lat) for pin in pins]).T)
    assert 0.56 < inside.mean() < 0.64


def test_pins_reach_bangkok_which_has_no_villages(pins, subdistricts):
    bangkok = shapely.union_all([each["geometry"] for each in subdistricts if each["code"].startswith("10")])
    inside = [pin for pin in pins if bangkok.contains(shapely.Point(pin.lng, pin.lat))]
    assert inside
    assert all(pin.village is None for pin in inside)


def test_some_villages_stay_silent_and_some_report_without_end(pins, villages):
    home = {village.code for village in villages if village.code.startswith("58")}
    heard = collections.Counter(pin.village for pin in pins if pin.village in home)
    assert len(home) - len(heard) >= 60
    assert sum(count >= 25 for count in heard.values()) >= 3


def test_districts_differ_in_how_much_and_how_badly_is_needed(pins):
    severities = collections.defaultdict(list)
    for pin in pins:
        if pin.village and pin.village.startswith("58"):
            severities[pin.village[:4]].append(pin.severity)
    assert len(severities["5806"]) > 4 * len(severities["5802"])
    assert np.mean(severities["5806"]) > np.mean(severities["5803"]) + 0.8


def test_a_pin_lies_near_the_village_it_names(pins, villages):
    places = {village.code: village for village in villages}
    for pin in pins:
        if pin.village:
            village = places[pin.village]
            km = 111.2 * np.hypot((pin.lng - village.lng) * np.cos(np.radians(pin.lat)), pin.lat - village.lat)
            assert km < 5  # beyond that a chosen village would not win
        if pin.whole_village:
            assert (pin.lng, pin.lat) == (village.lng, village.lat)
            assert pin.source == "village"
    assert 0.5 < np.mean([pin.village is not None for pin in pins]) < 0.6


def test_nearly_every_pin_lies_in_the_country(pins, shapes):
    points = shapely.points([(pin.lng, pin.lat) for pin in pins])
    inside = np.unique(shapely.STRtree(shapes).query(points, predicate="intersects")[0])
    assert len(pins) - len(inside) < 0.01 * len(pins)


def test_severity_people_authors_and_confirmations_stay_in_range(pins):
    assert {pin.severity for pin in pins} == {1, 2, 3, 4, 5}
    assert {pin.category for pin in pins} == set(CATEGORIES)
    assert all(pin.people is None or 1 <= pin.people <= 1200 for pin in pins)
    assert 0.2 < np.mean([pin.people is None for pin in pins]) < 0.3
    assert 0.07 < np.mean([pin.author is None for pin in pins]) < 0.13
    for pin in pins:
        assert len(pin.confirmations) <= 12
        assert len(set(pin.confirmations)) == len(pin.confirmations)
        assert pin.author not in pin.confirmations
        assert all(0 <= who < sample.SAMPLE_PEOPLE for who in pin.confirmations)


def test_ids_are_unique_and_shaped_as_version_7(pins):
    assert len({pin.id for pin in pins}) == len(pins)
    for pin in pins:
        assert (pin.id.version, pin.id.variant) == (7, "specified in RFC 4122")
        assert pin.id.int >> 80 == round(pin.captured_at.timestamp() * 1000)


def test_times_run_from_capture_to_now_in_the_order_received(pins):
    received = [pin.received_at for pin in pins]
    assert received == sorted(received)
    assert received[0] > NOW - dt.timedelta(days=549)
    assert received[-1] <= NOW
    assert all(pin.captured_at <= pin.received_at for pin in pins)
    assert all(p.needed_since is None or p.needed_since <= NOW.date() for p in pins)


def test_history_follows_the_order_of_the_statuses(pins):
    for pin in pins:
        first = pin.history[0]
        assert (first.status, first.at) == ("reported", pin.received_at)
        for before, after in itertools.pairwise(pin.history):
            assert before.at <= after.at <= NOW
            assert RANK[before.status] < RANK[after.status]  # forward only
        passed = {step.status for step in pin.history}
        assert "confirmed" not in passed or "done" in passed
        if pin.status == "closed_without_fix":
            assert pin.history[-1].note_th
            assert not passed & {"funded", "in_progress", "done", "confirmed"}
    assert {pin.status for pin in pins} == set(sample.STATUSES)


def test_about_two_thirds_are_unmet(pins):
    assert 0.6 < np.mean([pin.status in sample.UNMET for pin in pins]) < 0.7


def test_joined_pins_follow_a_near_lead_of_the_same_category_one_level_deep(pins):
    earlier = {}
    joined = [pin for pin in pins if pin.joined_to]
    for pin in pins:
        if pin.joined_to:
            lead = earlier[pin.joined_to]  # so it came before
            assert lead.joined_to is None
            assert lead.category == pin.category
            assert pin.author is None or pin.author != lead.author
            metres = 111_195 * np.hypot((pin.lng - lead.lng) * np.cos(np.radians(pin.lat)), pin.lat - lead.lat)
            assert metres <= sample.KINDS[pin.category].radius_m
            assert pin.confirmations == ()
            assert pin.status in ("reported", "verified")
        earlier[pin.id] = pin
    assert 0.03 < len(joined) / len(pins) < 0.055


def test_words_are_thai_and_keep_to_the_vocabulary(pins):
    words = json.loads((sample.SAMPLE_FOLDER / "words.json").read_text("utf-8"))
    texts = [pin.words for pin in pins]
    texts += [step.note_th for pin in pins for step in pin.history]
    for problems in words["categories"].values():
        texts += itertools.chain.from_iterable(problems.values())
    for text in texts:
        assert set(re.findall("[A-Za-z]+", text)) <= {"GPS", "QR", "LINE"}, text
        assert not re.search("ร้องเรียน|คนจน|ซิงค์|คอนเฟิร์ม|ดราฟต์|เลเยอร์|โหนด", text), text
        assert not re.search(r"\d{5}|นาย|นางสาว", text), text  # no numbers to call, no names
    assert "@" not in "".join(pin.words for pin in pins)


def test_a_list_of_words_does_not_look_copied(pins):
    by_category = collections.defaultdict(set)
    for pin in pins:
        by_category[pin.category].add(pin.words)
    assert all(len(texts) >= 24 for texts in by_category.values())
    most = collections.Counter(pin.words for pin in pins if pin.words).most_common(1)[0][1]
    assert most <= 0.005 * len(pins)


def test_every_condition_of_a_phrase_is_met_by_some_problem():
    words = json.loads((sample.SAMPLE_FOLDER / "words.json").read_text("utf-8"))
    assert set(words["categories"]) == set(sample.KINDS)
    for category in words["categories"].values():
        problems = category["any"] + category["low"] + category["high"]
        for phrase in category["so_low"] + category["so_high"] + category["ask"]:
            _, _, condition = phrase.partition("@")
            for word in filter(None, condition.split(",")):
                assert any(word in problem for problem in problems), phrase


def test_unknown_categories_a_naive_now_and_an_empty_country_are_refused(villages, subdistricts):
    with pytest.raises(ValueError, match="categories"):
        sample.make_pins(villages, subdistricts, ["dragons"], 1, 1, NOW)
    with pytest.raises(ValueError, match="time zone"):
        sample.make_pins(villages, subdistricts, CATEGORIES, 1, 1, NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="nowhere"):
        sample.make_pins([], [], CATEGORIES, 1, 1, NOW)


def test_one_province_alone_and_few_categories_are_enough(subdistricts):
    part = [each for each in subdistricts if each["code"].startswith("83")]
    villages = sample.make_villages(part, seed=1)
    made = list(sample.make_pins(villages, part, ["road", "flood"], 50, 1, NOW))
    assert len(made) == 50
    assert {pin.category for pin in made} == {"road", "flood"}
