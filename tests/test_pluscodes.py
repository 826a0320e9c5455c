"""Plus codes, on the examples of their specification (github.com/google/open-location-code, test_data)."""

import pytest

from mapping import pluscodes


@pytest.mark.parametrize(
    ("code", "lng", "lat"), [("8FVC2222+22", 8.000063, 47.000063), ("4VCPPQGP+Q9", 174.786001, -41.273063)]
)
def test_the_middle_of_a_code_is_that_of_the_specification(code, lng, lat):
    assert pluscodes.centre(code) == pytest.approx((lng, lat), abs=0.00013)


@pytest.mark.parametrize("short", ["9QCJ+2VX", "CJ+2VX"])
def test_a_short_code_is_the_nearest_to_its_place(short):
    assert pluscodes.centre(short, (-1.217765625, 51.3701125)) == pluscodes.centre("9C3W9QCJ+2VX")


def test_a_short_code_without_a_place_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="near"):
        pluscodes.centre("9QCJ+2VX")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("8G4C+2PX ต.แม่เงา อ.ขุนยวม", ("8G4C+2PX", "ต.แม่เงา อ.ขุนยวม")),
        ("หน้าวัด 7mfw3322+22", ("7MFW3322+22", "หน้าวัด")),
        ("โทร 02+33", ("", "โทร 02+33")),
        ("C++ 2+2", ("", "C++ 2+2")),
        ("", ("", "")),
    ],
)
def test_a_code_is_found_among_words(words, found):
    assert pluscodes.find(words) == found
