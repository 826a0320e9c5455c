"""Plus codes (Open Location Code): `7P52CWVX+2P`, or short with a place beside it: `CWVX+2P ขุนยวม`. Pure."""

import re

from pluscodes.openlocationcode import openlocationcode as olc  # the original, which itself has no wheel

DIGITS = "23456789CFGHJMPQRVWX"
LEAST_DIGITS = 10  # a cell of about 14 m; with eight it is 275 m wide, which is no place of a pin
_CODE = re.compile(rf"(?<![0-9A-Za-z])([{DIGITS}0]{{2,8}}\+[{DIGITS}]{{0,7}})(?![0-9A-Za-z+])", re.IGNORECASE)


def find(words: str) -> tuple[str, str]:
    """The first plus code in a text, in capitals, and the text without it. An empty code: there is none."""
    for found in _CODE.finditer(words):
        code = found[1].upper()
        if olc.isValid(code):
            return code, f"{words[: found.start()]} {words[found.end() :]}".strip(" ,")
    return "", words


def is_fine(code: str) -> bool:
    """Whether the code says a place to about 14 m; a short one lacks up to its first eight digits."""
    return len(code.partition("+")[2]) >= LEAST_DIGITS - 8


def is_short(code: str) -> bool:
    return olc.isShort(code)


def centre(code: str, near: tuple[float, float] | None = None) -> tuple[float, float]:
    """Longitude and latitude of the middle of a code's cell; a short one is the nearest to `near` (lng, lat)."""
    if is_short(code):
        if near is None:
            raise ValueError("a short plus code needs a place near it")
        code = olc.recoverNearest(code, near[1], near[0])
    cell = olc.decode(code)
    return round(cell.longitudeCenter, 6), round(cell.latitudeCenter, 6)
