"""Where a pin is: kept by the database, whichever door the row came through."""

import uuid

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from mapping.models import Area, Category, Pin
from tests.conftest import box


def place(lng: float, lat: float, category: str = "road", **columns) -> Pin:
    """A pin through plain SQL, the least friendly door."""
    pin_id = uuid.uuid4()
    names = "".join(f", {name}" for name in columns)
    marks = "".join(", %s" for _ in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO pin (id, category_id, severity, checked, point{names})"
            f" SELECT %s, id, 3, true, ST_SetSRID(ST_MakePoint(%s, %s), 4326){marks} FROM category WHERE slug = %s",
            [pin_id, lng, lat, *columns.values(), category],
        )
    return Pin.objects.get(pk=pin_id)


def test_a_pin_belongs_to_the_subdistrict_that_covers_it(country):
    pin = place(98.05, 19.05)
    assert (pin.area_code, pin.place_agrees, pin.place_flag) == ("580101", True, None)


def test_a_pin_on_a_border_belongs_to_the_lower_code_once(country):
    assert place(98.1, 19.05).area_code == "580101"
    assert place(98.2, 19.05).area_code == "580102"


def test_the_nearest_village_is_a_suggestion_and_not_counted(country):
    pin = place(98.07, 19.07)
    assert (pin.village_source, pin.nearest_village, pin.area_code) == ("suggested", "58010102", "580101")


def test_a_chosen_village_within_5_km_wins_over_the_polygon(country):
    pin = place(98.105, 19.08, village="58010102")  # 2.6 km away, across the border in 580102
    assert (pin.area_code, pin.village_source, pin.place_agrees) == ("58010102", "chosen", False)


def test_a_chosen_village_that_agrees_is_the_area(country):
    pin = place(98.08, 19.07, village="58010102")
    assert (pin.area_code, pin.village_source, pin.place_agrees) == ("58010102", "chosen", True)


def test_a_chosen_village_more_than_5_km_away_loses_and_is_flagged(country):
    pin = place(98.25, 19.05, village="58010101")  # 24 km
    assert (pin.area_code, pin.village_source, pin.place_agrees) == ("580201", "suggested", False)
    assert pin.village == "58010101"  # what the person said is kept


def test_a_village_with_a_placeholder_point_needs_no_distance_test(country):
    pin = place(98.05, 19.05, village="58010103")
    assert (pin.area_code, pin.village_source, pin.place_agrees) == ("58010103", "chosen", True)


def test_outside_but_within_500_m_is_the_nearest_area_flagged_near(country):
    pin = place(98.05, 19.1036)  # 400 m north of the edge
    assert (pin.area_code, pin.place_flag, pin.place_agrees) == ("580101", "near", False)


def test_further_out_is_kept_without_an_area_and_flagged_outside(country):
    pin = place(98.05, 19.2)
    assert (pin.area_code, pin.place_flag, pin.village_source) == (None, "outside", "none")


def test_the_whole_village_stands_at_its_point(country):
    pin = place(0, 0, whole_village=True, village="58010102")
    assert (pin.point.x, pin.point.y, pin.area_code) == (98.08, 19.08, "58010102")
    assert pin.place_precision == "village"


def test_the_whole_village_without_a_usable_point_stands_inside_its_subdistrict(country):
    pin = place(0, 0, whole_village=True, village="58010103")
    assert 98.0 < pin.point.x < 98.1
    assert 19.0 < pin.point.y < 19.1


def test_the_whole_of_an_unknown_village_is_refused(country):
    with pytest.raises(IntegrityError, match="known"), transaction.atomic():
        place(0, 0, whole_village=True, village="99999999")


def test_coordinates_are_kept_to_six_decimals(country):
    pin = place(98.051234567, 19.049999951)
    assert (pin.point.x, pin.point.y) == (98.051235, 19.05)


def test_moving_a_pin_places_it_anew(country):
    pin = place(98.05, 19.05)
    Pin.objects.filter(pk=pin.pk).update(point="SRID=4326;POINT(98.25 19.05)")
    pin.refresh_from_db()
    assert (pin.area_code, pin.version) == ("580201", 2)


def test_a_cell_is_the_centre_of_a_fixed_grid_without_its_village(country):
    pin = place(98.0812, 19.0711, "care", village="58010102")
    assert (pin.public_point.x, pin.public_point.y) == (98.09, 19.07)
    assert (pin.place_precision, pin.public_area_code, pin.area_code) == ("cell", "580101", "58010102")


def test_the_same_cell_for_every_place_in_it(country):
    corners = [(98.08, 19.06), (98.099999, 19.079999), (98.09, 19.07)]
    assert {place(*corner, "care").public_point.coords for corner in corners} == {(98.09, 19.07)}


def test_a_village_category_shows_at_the_village(country):
    pin = place(98.081, 19.079, "farming", village="58010102")
    assert (pin.public_point.coords, pin.place_precision) == ((98.08, 19.08), "village")
    assert pin.public_area_code == "58010102"


def test_a_village_category_without_a_chosen_or_usable_village_is_a_cell(country):
    assert place(98.081, 19.079, "farming").place_precision == "cell"
    assert place(98.081, 19.079, "farming", village="58010103").place_precision == "cell"


def test_an_exact_category_is_shown_where_it_is(country):
    pin = place(98.0812, 19.0711)
    assert pin.public_point.coords == pin.point.coords
    assert pin.place_precision == "exact"


def test_an_older_set_answers_nothing_once_another_is_active(country):
    country.active = False
    country.save()
    assert place(98.05, 19.05).place_flag == "outside"


def test_villages_are_flagged_for_what_their_coordinates_are_worth(country):
    flags = dict(Area.objects.filter(level="village").values_list("code", "point_flag"))
    assert flags["58010103"] == "placeholder"
    assert flags["58010101"] == "ok"


def test_upper_levels_are_dissolved_and_figures_summed_only_where_complete(country):
    assert Area.objects.get(code="5801").geom.area == pytest.approx(0.02)
    assert Area.objects.get(code="58").population == 6000
    assert Area.objects.get(code="83").population is None


def test_people_never_count_more_than_live_there(country):
    assert place(98.05, 19.05, people=900_000).people_band == 5  # 1,000 people live in 580101
    Area.objects.filter(code="580101").update(population=150)
    assert place(98.05, 19.05, people=900_000).people_band == 3
    assert place(98.05, 19.05).people_band == 0


def test_a_box_is_a_box():
    assert box(98.0, 19.0)["coordinates"][0][2] == [98.1, 19.1]


def test_a_village_with_a_three_digit_number_is_no_part_of_another(country):
    Area.objects.create(
        boundary_set=country, code="580101010", level="village", name_th="ร้อยสิบ", point="POINT(98.03 19.03)"
    )
    Area.objects.create(
        boundary_set=country, code="580101100", level="village", name_th="ร้อย", point="POINT(98.03 19.03)"
    )
    pin = place(98.03, 19.03, village="580101010")
    assert (pin.area_code, pin.village_source) == ("580101010", "chosen")
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM area WHERE code >= '58010101' AND code < code_end('58010101')")
        assert cursor.fetchall() == [("58010101",)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("area_code", "830101"),
        ("public_point", "SRID=4326;POINT(98.0812 19.0711)"),
        ("place_precision", "exact"),
        ("public_area_code", "58010102"),
        ("people_band", 5),
        ("place_flag", "outside"),
        ("village_source", "chosen"),
    ],
)
def test_what_the_trigger_decides_cannot_be_written_past_it(country, column, value):
    pin = place(98.0812, 19.0711, "care", people=3)
    before = {name: getattr(pin, name) for name in ("area_code", "place_precision", "public_area_code", "people_band")}
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE pin SET {column} = %s WHERE id = %s", [value, pin.pk])
    pin.refresh_from_db()
    assert {name: getattr(pin, name) for name in before} == before
    assert (pin.public_point.coords, pin.place_flag, pin.village_source) == ((98.09, 19.07), None, "suggested")


def test_a_stricter_rule_of_a_category_holds_for_the_pins_that_are_there(country):
    pin = place(98.0812, 19.0711)
    Category.objects.filter(slug="road").update(public_place="cell")
    pin.refresh_from_db()
    assert (pin.place_precision, pin.public_point.coords) == ("cell", (98.09, 19.07))


@pytest.mark.parametrize(("lng", "lat"), [(500, 95), (float("nan"), 3), (0, 91)])
def test_a_place_that_is_not_on_earth_is_refused_by_sql_too(country, lng, lat):
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        place(lng, lat)


def test_five_kilometres_are_measured_on_the_ellipsoid(country):
    """4,990 m on the ground to the north of the village; a sphere would say more than 5,000."""
    assert place(98.02, round(19.02 + 4990 / 110_690, 6), village="58010101").village_source == "chosen"
    assert place(98.02, round(19.02 + 5010 / 110_690, 6), village="58010101").village_source != "chosen"
