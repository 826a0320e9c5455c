"""A small map for paper: what is in its frame, and where its labels have room. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EARTH_M = 6378137.0
LEAST_HALF_M = 2_000  # on the ground: a lone village still shows its fields and its neighbours
MOST_HALF_M = 9_000
MARGIN = 1.4


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of Web Mercator and how it stands on paper, in units of the drawing."""

    west: float
    north: float
    metres: float  # of Web Mercator a unit
    width: int
    height: int

    @property
    def east(self) -> float:
        return self.west + self.width * self.metres

    @property
    def south(self) -> float:
        return self.north - self.height * self.metres

    def place(self, lng: float, lat: float) -> tuple[float, float]:
        x, y = mercator(lng, lat)
        return (x - self.west) / self.metres, (self.north - y) / self.metres

    def holds(self, x: float, y: float, margin: float = 0) -> bool:
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin

    @property
    def box(self) -> tuple[float, float, float, float]:
        """west, south, east, north in degrees."""
        return (*degrees(self.west, self.south), *degrees(self.east, self.north))


def mercator(lng: float, lat: float) -> tuple[float, float]:
    return math.radians(lng) * EARTH_M, math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) * EARTH_M


def degrees(x: float, y: float) -> tuple[float, float]:
    return math.degrees(x / EARTH_M), math.degrees(2 * math.atan(math.exp(y / EARTH_M)) - math.pi / 2)


def frame_around(
    centre: tuple[float, float], points: Iterable[tuple[float, float]], *, width: int, height: int
) -> Frame:
    """The frame with a village in its middle that shows all points (lng, lat), unless they lie very far off."""
    x, y = mercator(*centre)
    stretch = 1 / math.cos(math.radians(centre[1]))  # metres of Web Mercator a metre on the ground
    half = LEAST_HALF_M * stretch
    ratio = width / height
    for point in points:
        px, py = mercator(*point)
        half = max(half, abs(py - y) * MARGIN, abs(px - x) / ratio * MARGIN)
    half = min(half, MOST_HALF_M * stretch)
    return Frame(west=x - half * ratio, north=y + half, metres=2 * half / height, width=width, height=height)


def scale_bar(frame: Frame) -> tuple[float, int]:
    """Length in units and the round number of metres it stands for, at most a quarter of the frame."""
    ground_m = frame.metres * math.cos(math.radians(degrees(0, (frame.north + frame.south) / 2)[1]))
    most_m = frame.width / 4 * ground_m
    power = 10 ** math.floor(math.log10(most_m))
    metres = max(step * power for step in (1, 2, 5) if step * power <= most_m)
    return metres / ground_m, round(metres)


Rectangle = tuple[float, float, float, float]  # left, top, right, bottom


def place_labels(
    frame: Frame,
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    taken: Sequence[Rectangle] = (),
    *,
    rings: int = 14,
) -> list[tuple[float, float] | None]:
    """Where the middle of each label stands: beside its point, further out where others are; None without room.

    Greedy in the order given, on rings of growing radius: the same input gives the same map.
    """
    used = list(taken)
    found: list[tuple[float, float] | None] = []
    for (x, y), (width, height) in zip(points, sizes, strict=True):
        chosen = None
        for ring in range(rings):
            distance = height * (0.9 + 0.8 * ring)
            turns = 8 + 4 * ring
            for turn in range(turns):
                angle = 2 * math.pi * turn / turns - math.pi / 2
                at = (x + math.cos(angle) * (distance + width / 2 - height / 2), y + math.sin(angle) * distance)
                box = (at[0] - width / 2, at[1] - height / 2, at[0] + width / 2, at[1] + height / 2)
                inside = frame.holds(box[0], box[1], 6) and frame.holds(box[2], box[3], 6)
                if inside and not any(_meet(box, other) for other in used):
                    chosen = at
                    used.append(box)
                    break
            if chosen:
                break
        found.append(chosen)
    return found


def _meet(one: Rectangle, other: Rectangle, gap: float = 4) -> bool:
    return one[0] < other[2] + gap and other[0] < one[2] + gap and one[1] < other[3] + gap and other[1] < one[3] + gap
