"""The invented people of the sample country: figures, villages and pins. Pure and seeded.

Nothing here is true except the codes of the subdistricts handed in. The same arguments give
the same answers on any day; what hangs on the day takes `now`. Villages and figures of a
subdistrict depend on its code and the seed alone, so a part of the country is the same part
as in the whole. Of pins, everything but the times (and what follows from them: id, history)
is the same for the first thousand whether a thousand or a million are made.

The Thai phrases stand in `fixtures/sample/words.json`.
"""

import datetime as dt
import functools
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypedDict
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry import shape

SAMPLE_FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "sample"
SAMPLE_PROVINCE = "58"  # Mae Hong Son: 60 % of the pins, and where the demo opens
BANGKOK = "10"  # has no villages
SAMPLE_PEOPLE = 600  # authors are indexes below this
HOME_PEOPLE = 420  # of them, those who live in the sample province
HOME_SHARE = 0.6
SILENT_SHARE = 0.18  # villages of the sample province that nobody reports from
FLOODED_VILLAGES = 5  # villages of the sample province that report without end
FLOODED_SHARE = 0.12  # of the sample province's pins, all of them together
MONTHS_BACK_DAYS = 548  # pins are spread over the last 18 months

Source = Literal["gps", "photo", "map", "village", "typed", "plus_code"]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Subdistrict(TypedDict):
    """What the generators need to know of a subdistrict."""

    code: str  # six digits
    name: str
    geometry: shapely.Geometry  # polygon or multipolygon, lng lat, WGS 84


@dataclass(frozen=True, slots=True)
class Figure:
    """Registered people and households of a subdistrict; None where unknown."""

    code: str
    population: int | None
    households: int | None


@dataclass(frozen=True, slots=True)
class Village:
    code: str  # eight digits: the subdistrict's and the moo number
    name_th: str
    name_en: str
    lng: float
    lat: float


class Step(NamedTuple):
    """One status in the life of a pin; the first is always `reported`, without a note."""

    status: str
    at: dt.datetime
    note_th: str  # a reason for `closed_without_fix`, else what an office would say


@dataclass(frozen=True, slots=True)
class SamplePin:
    id: UUID  # shaped as version 7, its time is `captured_at`
    category: str
    severity: int  # 1..5
    people: int | None  # None: not sure
    words: str  # Thai, sometimes empty
    needed_since: dt.date | None
    lng: float
    lat: float
    whole_village: bool  # the point is then the village's
    village: str | None  # the chosen village's code
    source: Source
    accuracy_m: float | None
    captured_at: dt.datetime  # UTC, like every time here
    received_at: dt.datetime
    author: int | None  # index below SAMPLE_PEOPLE; None: a device without an account
    joined_to: UUID | None  # an earlier pin, itself not joined
    confirmations: tuple[int, ...]  # other people's indexes, each once
    history: tuple[Step, ...]

    @property
    def status(self) -> str:
        return self.history[-1].status


def read_subdistricts(path: Path = SAMPLE_FOLDER / "subdistricts.geojson.gz") -> list[Subdistrict]:
    """The committed sample subdistricts, by code."""
    with gzip.open(path, "rb") as file:
        features = json.load(file)["features"]
    return [
        Subdistrict(
            code=each["properties"]["code"],
            name=each["properties"]["name_th"],
            geometry=shape(each["geometry"]),
        )
        for each in features
    ]


# -- figures and villages ------------------------------------------------------------------

# One stream of random numbers a purpose, so that a change to one leaves the others alone.
FIGURES, VILLAGES, SITES, PINS = range(4)


def make_figures(subdistricts: Sequence[Subdistrict], seed: int) -> list[Figure]:
    """Invented population and households, log-normal; about one in a thousand unknown.

    The sample province has smaller subdistricts and none unknown.
    """
    figures = []
    for subdistrict in subdistricts:
        code = subdistrict["code"]
        rng = np.random.default_rng([seed, FIGURES, int(code)])
        spread, household_size, unknown = rng.normal(), rng.uniform(2.1, 3.3), rng.random()
        home = code.startswith(SAMPLE_PROVINCE)
        median = 4600 if home else 26000 if code.startswith(BANGKOK) else 6900
        population = int(median * np.exp(spread * (0.45 if home else 0.6)))
        if unknown < 0.001 and not home:
            figures.append(Figure(code, None, None))
        else:
            figures.append(Figure(code, population, round(population / household_size)))
    return figures


def share_figures(figures: Sequence[Figure], villages: Sequence["Village"], seed: int) -> list[Figure]:
    """The people of the sample province's subdistricts, shared out to their villages: whole persons that add up."""
    held: dict[str, list[str]] = {}
    for village in villages:
        if village.code.startswith(SAMPLE_PROVINCE):
            held.setdefault(village.code[:6], []).append(village.code)
    found = []
    for figure in figures:
        codes = held.get(figure.code, [])
        if not codes or figure.population is None or figure.households is None:
            continue
        rng = np.random.default_rng([seed, FIGURES, VILLAGES, int(figure.code)])
        parts = rng.dirichlet(np.full(len(codes), 8.0))
        people, homes = _shared(figure.population, parts), _shared(figure.households, parts)
        found += [Figure(code, int(p), int(h)) for code, p, h in zip(codes, people, homes, strict=True)]
    return found


def _shared(whole: int, parts: np.ndarray) -> np.ndarray:
    """(n,) whole numbers, at least 1 each, that add up to `whole`."""
    edges = np.round(np.cumsum(parts) * (whole - len(parts))).astype(int)
    return np.diff(edges, prepend=0) + 1


def make_villages(subdistricts: Sequence[Subdistrict], seed: int) -> list[Village]:
    """Invented villages: 6 to 12 a subdistrict in the sample province, else 2 to 4; none in Bangkok.

    Points lie inside their subdistrict and keep some distance from each other: of eight
    candidates the one farthest from the villages already placed is taken.
    """
    villages = []
    for subdistrict in subdistricts:
        code = subdistrict["code"]
        if code.startswith(BANGKOK):
            continue
        rng = np.random.default_rng([seed, VILLAGES, int(code)])
        count = int(rng.integers(6, 13) if code.startswith(SAMPLE_PROVINCE) else rng.integers(2, 5))
        points = _spaced_points(subdistrict["geometry"], count, rng)
        for moo, (lng, lat) in enumerate(points.tolist(), 1):
            villages.append(Village(f"{code}{moo:02d}", f"หมู่ที่ {moo}", f"Moo {moo}", lng, lat))
    return villages


def _spaced_points(area: shapely.Geometry, count: int, rng: np.random.Generator) -> Floats:
    """(count, 2) points inside `area`, to six decimals, spaced by Mitchell's best candidate."""
    shapely.prepare(area)
    west, south, east, north = area.bounds
    found = np.empty((0, 2))
    for _ in range(100):
        tries = rng.uniform((west, south), (east, north), (count * 24, 2)).round(6)
        found = np.vstack([found, tries[shapely.contains_xy(area, tries)]])
        if len(found) >= count * 8:
            break
    else:  # a sliver: all its villages in one spot would still be inside
        spot = shapely.point_on_surface(area)
        found = np.vstack([found, np.tile([[spot.x, spot.y]], (count * 8, 1))])
    chosen = found[:1]
    for k in range(1, count):
        tries = found[8 * k : 8 * k + 8]
        gaps = ((tries[:, None] - chosen[None]) ** 2).sum(axis=2).min(axis=1)
        chosen = np.vstack([chosen, tries[gaps.argmax()]])
    return chosen


# -- offices -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SampleOffice:
    """An invented office, marked as such in its names; its telephone number cannot be dialled."""

    code: str
    kind: str
    name_th: str
    name_en: str
    territory: tuple[str, ...]
    phone: str
    email: str = ""
    line_id: str = ""
    website: str = ""
    address: str = ""
    categories: tuple[str, ...] = ()  # none: all


def make_offices(
    villages: Sequence[Village], names: Mapping[str, tuple[str, str]], province: str = SAMPLE_PROVINCE
) -> list[SampleOffice]:
    """Invented offices of one province: a local authority a subdistrict, district offices, the
    provincial administration and an electricity agency.

    Every fourth subdistrict has a municipality. The first one with villages is shared: its even
    village numbers belong to a municipality, the odd ones to a subdistrict administration, so that the
    demo shows what cannot be known without the village. `names` holds Thai and English names by code.
    """
    held: dict[str, list[str]] = {}
    for village in villages:
        if village.code.startswith(province):
            held.setdefault(village.code[:6], []).append(village.code)
    made: list[SampleOffice] = []

    def add(kind: str, key: str, words: tuple[str, str], territory: Sequence[str], **more: Any) -> None:
        number = len(made) + 1
        made.append(
            SampleOffice(
                code=f"sample-{key}", kind=kind, territory=tuple(territory),
                name_th=f"{words[0]} (ตัวอย่าง)", name_en=f"{words[1]} (sample)",
                phone=f"0-0000-{number:04d}", **more,
            )
        )  # fmt: skip

    def local(kind: str, code: str, territory: Sequence[str]) -> None:
        th, en = names[code]
        contact = {
            "email": f"office-{code}@example.org", "line_id": f"@sample{code}",
            "website": f"https://example.org/{code}", "address": f"ตำบล{th} (ที่อยู่สมมติ)",
        }  # fmt: skip
        if kind == "municipality":
            add(kind, f"m{code}", (f"เทศบาลตำบล{th}", f"{en} Subdistrict Municipality"), territory, **contact)
        else:
            add(kind, f"a{code}", (f"อบต.{th}", f"{en} Subdistrict Administration"), territory, **contact)

    for number, (code, all_there) in enumerate(sorted(held.items())):
        if number == 0:
            local("municipality", code, [each for each in all_there if int(each[6:]) % 2 == 0])
            local("subdistrict_administration", code, [each for each in all_there if int(each[6:]) % 2])
        else:
            local("municipality" if number % 4 == 0 else "subdistrict_administration", code, all_there)
    for code in sorted({code[:4] for code in held}):
        th, en = names[code]
        add("district_office", f"d{code}", (f"ที่ว่าการอำเภอ{th}", f"{en} District Office"), [code])
    if held:
        th, en = names[province]
        add("provincial_administration", f"p{province}", (f"อบจ.{th}", f"{en} Provincial Administration"), [province])
        power = (f"การไฟฟ้าจังหวัด{th}", f"{en} Electricity Authority")
        add("agency", f"e{province}", power, [province], categories=("power",))
    return made


# -- what is needed, where and how badly ---------------------------------------------------


class Kind(NamedTuple):
    """How a category behaves in the sample."""

    share: float  # of all pins, before a district's own taste
    severity: float  # mean before rounding
    people: float  # median
    radius_m: float  # neighbourhood in which reports are one need; 0: never joined


KINDS: dict[str, Kind] = {
    "water_supply": Kind(0.13, 3.3, 90, 300),
    "farm_water": Kind(0.09, 3.0, 60, 500),
    "flood": Kind(0.07, 3.1, 60, 300),
    "road": Kind(0.14, 3.0, 120, 150),
    "street_light": Kind(0.07, 2.3, 40, 60),
    "power": Kind(0.04, 3.0, 35, 150),
    "signal": Kind(0.06, 2.6, 110, 500),
    "health": Kind(0.05, 3.3, 60, 1000),
    "care": Kind(0.05, 3.5, 2, 0),
    "school": Kind(0.04, 2.9, 45, 300),
    "public_space": Kind(0.03, 1.9, 100, 200),
    "housing": Kind(0.04, 3.5, 4, 0),
    "hazard": Kind(0.05, 3.5, 50, 500),
    "safety": Kind(0.02, 3.0, 30, 0),
    "waste": Kind(0.05, 2.3, 60, 150),
    "pollution": Kind(0.03, 2.9, 90, 500),
    "animals": Kind(0.03, 2.4, 30, 1000),
    "farming": Kind(0.04, 2.9, 25, 1000),
    "income": Kind(0.03, 2.7, 25, 1000),
    "land_debt": Kind(0.02, 3.2, 12, 0),
    "other": Kind(0.02, 2.2, 20, 150),
}


class Temper(NamedTuple):
    """How a district of the sample province differs, so that the tiers of the demo show."""

    density: float  # pins a village
    severity: float  # added to the mean
    silence: float  # how readily a village stays silent


DISTRICTS: dict[str, Temper] = {
    "5801": Temper(1.0, -0.3, 0.7),
    "5802": Temper(0.8, 0.1, 2.0),
    "5803": Temper(1.4, -0.7, 0.5),
    "5804": Temper(1.1, 0.0, 1.0),
    "5805": Temper(1.6, 0.5, 0.9),
    "5806": Temper(2.4, 0.9, 0.6),
    "5807": Temper(0.6, 0.3, 2.2),
}
ORDINARY = Temper(1.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Sites:
    """Where pins come from: every village, and every subdistrict that has none."""

    villages: list[str | None]
    lng: Floats
    lat: Floats
    area: Any  # (n,) prepared polygons of the subdistricts
    cumulative: Floats  # of the share of pins
    severity: Floats  # shift of the mean
    home: Flags
    taste: Ints  # row of `tastes`
    tastes: Floats  # (tastes, categories) cumulative share of each category


def _make_sites(
    villages: Sequence[Village],
    subdistricts: Sequence[Subdistrict],
    categories: Sequence[str],
    seed: int,
) -> _Sites:
    rng = np.random.default_rng([seed, SITES])
    areas = {each["code"]: each["geometry"] for each in subdistricts}
    shapely.prepare(list(areas.values()))
    lived_in = {village.code[:6] for village in villages}
    rows: list[tuple[str, str | None, float, float]] = [
        (village.code[:6], village.code, village.lng, village.lat) for village in villages
    ]
    for code, area in areas.items():
        if code not in lived_in:
            spot = shapely.point_on_surface(area)
            rows.append((code, None, spot.x, spot.y))
    if not rows:
        raise ValueError("no villages and no subdistricts: nowhere to put a pin")
    count = len(rows)
    tempers = [DISTRICTS.get(row[0][:4], ORDINARY) for row in rows]
    home = np.array([row[0].startswith(SAMPLE_PROVINCE) for row in rows])

    weight = np.array([temper.density for temper in tempers]) * rng.lognormal(0, 0.9, count)
    silence = np.array([temper.silence for temper in tempers]) * home
    silent = _pick(silence, round(SILENT_SHARE * home.sum()), rng)
    weight[silent] = 0
    weight[~home] *= (1 - HOME_SHARE) / max(weight[~home].sum(), 1e-12)
    weight[home] *= HOME_SHARE / max(weight[home].sum(), 1e-12)
    flooded = _pick(weight * home, FLOODED_VILLAGES, rng)
    if len(flooded):
        weight[home] *= 1 - FLOODED_SHARE
        weight[flooded] += HOME_SHARE * FLOODED_SHARE / len(flooded)

    shares = np.array([KINDS[slug].share for slug in categories])
    names = sorted({row[0][:4] for row in rows if row[0].startswith(SAMPLE_PROVINCE)})
    tastes = np.vstack([shares, shares * rng.lognormal(0, 0.4, (len(names), len(categories)))])
    number = {name: k for k, name in enumerate(names, 1)}
    return _Sites(
        villages=[row[1] for row in rows],
        lng=np.array([row[2] for row in rows]),
        lat=np.array([row[3] for row in rows]),
        area=np.array([areas[row[0]] for row in rows], dtype=object),
        cumulative=np.cumsum(weight) / weight.sum(),
        severity=np.array([temper.severity for temper in tempers]) + rng.normal(0, 0.3, count),
        home=home,
        taste=np.array([number.get(row[0][:4], 0) for row in rows]),
        tastes=np.cumsum(tastes, axis=1) / tastes.sum(axis=1, keepdims=True),
    )


def _pick(weight: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Up to `count` different indexes, drawn by weight; never one of weight zero."""
    count = min(count, int((weight > 0).sum()))
    if count == 0:
        return np.empty(0, dtype=np.int64)
    return rng.choice(len(weight), count, replace=False, p=weight / weight.sum())


# -- time and status -----------------------------------------------------------------------

DAY_MS = 86_400_000
BANGKOK_MS = 7 * 3_600_000  # UTC+7, no summer time
BANGKOK_ZONE = dt.timezone(dt.timedelta(hours=7))
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

STATUSES = (
    "reported",
    "verified",
    "forwarded",
    "planned",
    "funded",
    "in_progress",
    "done",
    "confirmed",
    "closed_without_fix",
)
VERIFIED, CLOSED = 1, 8
UNMET = frozenset(STATUSES[:4])

# Where a need has come to, by its age: per cent for each of STATUSES. About 65 % stay unmet.
AGE_DAYS = np.array([2, 30, 120, 270])
PROGRESS = (
    np.array(
        [
            [94, 6, 0, 0, 0, 0, 0, 0, 0],
            [58, 27, 6, 2, 0, 2, 1, 1, 3],
            [28, 25, 13, 10, 5, 5, 4, 4, 6],
            [17, 17, 13, 17, 7, 8, 6, 8, 7],
            [13, 15, 12, 15, 8, 8, 5, 16, 8],
        ],
        dtype=float,
    ).cumsum(axis=1)
    / 100
)
PASSED_THROUGH = np.array([1, 0.95, 0.25, 0.85, 0.9, 0.8, 1, 0, 0])  # on the way to a later one
PASSED_BEFORE_CLOSING = np.array([1, 0.7, 0.2, 0, 0, 0, 0, 0, 0])
STEP_DAYS = np.array([0, 5, 10, 40, 60, 25, 40, 7, 30])  # median wait before each


# Hours of the day by which 0, 1, 8 ... per cent of a day's reports have come in.
REPORTING = (
    [0, 0.01, 0.08, 0.26, 0.51, 0.65, 0.85, 0.97, 1],
    [0, 5, 7, 9, 12, 14, 17, 20, 24],
)
OFFICE = ([0, 0.5, 1], [8.5, 12, 16.5])


def _bend(ms: Ints, hours: tuple[Sequence[float], Sequence[float]], keep: Ints) -> Ints:
    """Move times within their Thai day to where such things happen; their order stays.

    Days in `keep` (numbers since 1970) are left alone.
    """
    day, part = np.divmod(ms + BANGKOK_MS, DAY_MS)
    bent = day * DAY_MS + (np.interp(part / DAY_MS, *hours) * 3_600_000).astype(np.int64)
    return np.where((day[..., None] == keep).any(axis=-1), ms, bent - BANGKOK_MS)


def _received_ms(share: Floats, now_ms: int) -> Ints:
    """Times over the last 18 months, a little denser of late, in the order of `share` (0..1)."""
    start = now_ms - MONTHS_BACK_DAYS * DAY_MS
    even = start + (share**0.8 * MONTHS_BACK_DAYS * DAY_MS).astype(np.int64)
    today = (now_ms + BANGKOK_MS) // DAY_MS  # not bent: that could pass `now`
    return _bend(even, REPORTING, np.array([today]))


def _steps(received_ms: Ints, now_ms: int, joined: Flags, rng: np.random.Generator) -> tuple[Flags, Ints]:
    """Which statuses each pin went through and when, both (n, 9); never before it came in."""
    count = len(received_ms)
    age_ms = now_ms - received_ms
    draw, passing = rng.random(count), rng.random((count, 9))
    wait = rng.lognormal(0, 0.6, (count, 9))
    table = PROGRESS[np.searchsorted(AGE_DAYS * DAY_MS, age_ms, side="right")]
    last = (draw[:, None] >= table).sum(axis=1).clip(max=CLOSED)
    last = np.where(joined, np.minimum(last, VERIFIED), last)  # what follows is told of the lead
    closed = (last == CLOSED)[:, None]
    order = np.arange(9)
    went = passing < np.where(closed, PASSED_BEFORE_CLOSING, PASSED_THROUGH)
    went &= order < last[:, None]
    went |= order == last[:, None]
    after = np.cumsum(wait * STEP_DAYS * DAY_MS * went, axis=1)
    room = 0.97 * age_ms / np.maximum(after[:, -1], 1)
    at = received_ms[:, None] + (after * np.minimum(1, room)[:, None]).astype(np.int64)
    # Officers work by day; the day it came in and today stay, so that nothing precedes it.
    first_day = (received_ms + BANGKOK_MS) // DAY_MS
    today = np.full(count, (now_ms + BANGKOK_MS) // DAY_MS)
    return went, _bend(at, OFFICE, np.stack([first_day, today], axis=1)[:, None, :])


# -- words ---------------------------------------------------------------------------------


class Problem(NamedTuple):
    """A problem in words, with what may be said along with it."""

    text: str
    where: list[str]
    so: list[str]
    ask: list[str]
    may_last: bool  # takes "for months already"


@functools.cache
def _words() -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads((SAMPLE_FOLDER / "words.json").read_text("utf-8"))
    return content


def _fitting(phrases: Sequence[str], problem: str) -> list[str]:
    """The phrases without a condition, and those one of whose words stands in the problem."""
    parted = [phrase.partition("@") for phrase in phrases]
    return [
        text for text, _, condition in parted if not condition or any(word in problem for word in condition.split(","))
    ]


@functools.cache
def _problems(category: str) -> tuple[list[Problem], list[Problem], list[Problem]]:
    """For severity 1 and 2, for 3, for 4 and 5."""
    words = _words()["categories"][category]

    def of(texts: Sequence[str], so: Sequence[str]) -> list[Problem]:
        problems = []
        for text in texts:
            wish = text.startswith(WISH)
            placed = wish or any(word in text for word in PLACED)
            where = [] if placed else words["where"]
            ask = [] if wish else _fitting(words["ask"], text)
            problems.append(Problem(text, where, _fitting(so, text), ask, not wish))
        return problems

    low, high = words["so_low"], words["so_high"]
    return (
        of(words["any"] + words["low"], low),
        of(words["any"], low + high),
        of(words["any"] + words["high"], high),
    )


# A problem that names its place already, or a wish, takes no other place.
PLACED = (
    "หมู่บ้าน",
    "ทั้ง",
    "โรงเรียน",
    "ข้างทาง",
    "ริมทาง",
    "หน้าบ้าน",
    "ห้วย",
    "ศาลา",
    "บนเขา",
    "ปลาย",
    "ตัวบ้าน",
)
WISH = "อยาก"


def _compose(problems: Sequence[Problem], since: Sequence[str] | None, draw: Sequence[int]) -> str:
    """One pin's words; `draw` holds five large random integers."""
    form = draw[0] % 100
    if form < 4:
        return ""  # many send only a picture and a place
    problem = problems[draw[1] % len(problems)]
    text = problem.text
    if problem.where and form % 5 < 2:
        text += " " + problem.where[draw[2] % len(problem.where)]
    if since and problem.may_last and form % 3 == 0:
        phrase = since[draw[3] % len(since)]
        text += phrase if phrase.startswith("มา") else " " + phrase
    more = problem.so if form < 52 else problem.ask if form < 82 else []
    if more:
        text += " " + more[draw[4] % len(more)]
    return text


def _since_phrases(days: int) -> Sequence[str]:
    since = _words()["since"]
    span = "weeks" if days < 60 else "months" if days < 300 else "year" if days < 730 else "years"
    phrases: Sequence[str] = since[span]
    return phrases


@functools.cache
def _notes(category: str, status: str) -> list[str]:
    words = _words()
    notes: list[str] = words["steps"][status]
    return notes + words["steps_works"][status] if category in words["works"] else notes


def _note(category: str, status: str, at: dt.datetime, draw: int) -> str:
    if status == "reported":
        return ""
    notes = _notes(category, status)
    local = at.astimezone(BANGKOK_ZONE)
    return notes[draw % len(notes)].format(year=local.year + 543 + (local.month >= 10))


# -- pins ----------------------------------------------------------------------------------

BATCH = 2048  # pins drawn at once; a pin may join one of its own or the previous batch
METRES_PER_DEGREE = 111_195.0
SOURCES: tuple[Source, ...] = ("gps", "map", "photo", "typed", "plus_code")
SOURCE_SHARES = np.array([0.62, 0.2, 0.12, 0.04, 0.02]).cumsum()


@dataclass(slots=True)
class _Batch:
    """What is drawn for a batch before times are known; arrays of BATCH rows."""

    site: Ints
    category: Ints
    lng: Floats
    lat: Floats
    whole: Flags
    chosen: Flags
    severity: Ints
    people: Ints  # 0: not sure
    author: Ints  # -1: a device without an account
    lead: Ints  # rows back to the lead, 0: not joined


def make_pins(
    villages: Sequence[Village],
    subdistricts: Sequence[Subdistrict],
    categories: Sequence[str],
    n: int,
    seed: int,
    now: dt.datetime,
) -> Iterator[SamplePin]:
    """Invent `n` pins, in the order in which they were received.

    Parameters
    ----------
    villages, subdistricts
        Where pins may lie; subdistricts without a village (Bangkok) get pins as well.
    categories
        Slugs, each one of `KINDS`.
    n
        How many. Memory does not grow with it.
    now
        Aware; nothing is later than this.

    Raises
    ------
    ValueError
        If a category is unknown, `now` is naive or there is nowhere to put a pin.
    """
    unknown = [slug for slug in categories if slug not in KINDS]
    if unknown or not categories:
        raise ValueError(f"no sample phrases for the categories {unknown}")
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    sites = _make_sites(villages, subdistricts, categories, seed)
    return _pins(sites, list(categories), n, seed, now)


def _pins(sites: _Sites, categories: list[str], n: int, seed: int, now: dt.datetime) -> Iterator[SamplePin]:
    now_ms = int(now.timestamp() * 1000)
    before: _Batch | None = None
    ids_before: list[UUID] = []
    for start in range(0, n, BATCH):
        rng = np.random.default_rng([seed, PINS, start // BATCH])
        batch = _draw(sites, categories, before, rng)
        share = (start + np.arange(BATCH) + rng.random(BATCH)) / n
        ids: list[UUID] = []
        wanted = min(BATCH, n - start)
        yield from _finish(sites, categories, batch, share[:wanted], now_ms, ids_before, ids, rng)
        before, ids_before = batch, ids


def _draw(sites: _Sites, categories: Sequence[str], before: _Batch | None, rng: np.random.Generator) -> _Batch:
    """Place, category, severity, people, author and lead of one batch."""
    kinds = [KINDS[slug] for slug in categories]
    site = np.searchsorted(sites.cumulative, rng.random(BATCH), side="right")
    site = site.clip(max=len(sites.lng) - 1)
    taste = sites.tastes[sites.taste[site]]
    category = (rng.random(BATCH)[:, None] >= taste).sum(axis=1).clip(max=len(kinds) - 1)
    has_village = np.array([code is not None for code in sites.villages])[site]
    whole = (rng.random(BATCH) < 0.12) & has_village
    chosen = whole | ((rng.random(BATCH) < 0.5) & has_village)
    lng, lat = _near(sites, site, rng)
    lng, lat = np.where(whole, sites.lng[site], lng), np.where(whole, sites.lat[site], lat)
    author = np.where(
        sites.home[site],
        (site * 7 + rng.integers(0, 3, BATCH)) % HOME_PEOPLE,
        HOME_PEOPLE + (site * 7 + rng.integers(0, 3, BATCH)) % (SAMPLE_PEOPLE - HOME_PEOPLE),
    )
    author[rng.random(BATCH) < 0.1] = -1

    batch = _Batch(
        site=site,
        category=category,
        lng=lng,
        lat=lat,
        whole=whole,
        chosen=chosen,
        severity=np.empty(0, dtype=np.int64),
        people=np.empty(0, dtype=np.int64),
        author=author,
        lead=np.zeros(BATCH, dtype=np.int64),
    )
    _join(batch, before, np.array([kind.radius_m for kind in kinds]), rng)

    mean = np.array([kind.severity for kind in kinds])[batch.category] + sites.severity[batch.site]
    batch.severity = np.rint(rng.normal(mean, 0.95)).astype(np.int64).clip(1, 5)
    median = np.array([kind.people for kind in kinds])[batch.category]
    people = np.minimum(median * rng.lognormal(0, 0.8, BATCH), 1200)
    coarse = np.where(people > 100, 10, np.where(people > 20, 5, 1))
    people = np.maximum(np.rint(people / coarse) * coarse, 1).astype(np.int64)
    batch.people = np.where(rng.random(BATCH) < 0.25, 0, people)
    return batch


def _near(sites: _Sites, site: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """A point some hundred metres from each site, in its own subdistrict but for one in fifty."""
    distance = np.minimum(rng.lognormal(np.log(350), 0.8, len(site)), 4000)
    bearing = rng.uniform(0, 2 * np.pi, len(site))
    stray = rng.random(len(site)) < 0.02
    lng, lat = sites.lng[site], sites.lat[site]
    step_lat = distance * np.cos(bearing) / METRES_PER_DEGREE
    step_lng = distance * np.sin(bearing) / (METRES_PER_DEGREE * np.cos(np.radians(lat)))
    x, y = (lng + step_lng).round(6), (lat + step_lat).round(6)
    outside = np.flatnonzero(~stray & ~shapely.contains_xy(sites.area[site], x, y))
    for shrink in (0.25, 0.05, 0.0):  # nearer and nearer to the village, which lies inside
        x[outside] = (lng + step_lng * shrink).round(6)[outside]
        y[outside] = (lat + step_lat * shrink).round(6)[outside]
        still = ~shapely.contains_xy(sites.area[site[outside]], x[outside], y[outside])
        outside = outside[still]
    return x, y


def _join(batch: _Batch, before: _Batch | None, radius_m: Floats, rng: np.random.Generator) -> None:
    """Turn about 4 % of a batch into second reports of a need some hundred pins earlier."""
    wants = rng.random(BATCH) < 0.052
    back = 1 + np.minimum(rng.exponential(150, BATCH), BATCH - 1).astype(np.int64)
    reach, turn = 0.7 * np.sqrt(rng.random(BATCH)), rng.uniform(0, 2 * np.pi, BATCH)
    other = rng.integers(1, HOME_PEOPLE, BATCH)
    for row in np.flatnonzero(wants).tolist():
        lead = row - int(back[row])
        source, lead = (batch, lead) if lead >= 0 else (before, lead + BATCH)
        if source is None or lead < 0 or source.lead[lead]:
            continue
        radius = radius_m[source.category[lead]]
        if radius == 0:
            continue
        lat, metres = source.lat[lead], radius * reach[row]
        batch.category[row], batch.site[row] = source.category[lead], source.site[lead]
        batch.lat[row] = round(lat + metres * np.cos(turn[row]) / METRES_PER_DEGREE, 6)
        wide = METRES_PER_DEGREE * np.cos(np.radians(lat))
        batch.lng[row] = round(source.lng[lead] + metres * np.sin(turn[row]) / wide, 6)
        batch.whole[row], batch.chosen[row] = False, source.chosen[lead]
        if batch.author[row] >= 0:
            # Someone else of the same part of the country as the lead's author.
            first, size = 0, HOME_PEOPLE
            if source.author[lead] >= HOME_PEOPLE:
                first, size = HOME_PEOPLE, SAMPLE_PEOPLE - HOME_PEOPLE
            known = max(int(source.author[lead]) - first, 0)
            batch.author[row] = first + (known + 1 + other[row] % (size - 1)) % size
        batch.lead[row] = back[row]


def _finish(
    sites: _Sites,
    categories: Sequence[str],
    batch: _Batch,
    share: Floats,
    now_ms: int,
    ids_before: Sequence[UUID],
    ids: list[UUID],
    rng: np.random.Generator,
) -> Iterator[SamplePin]:
    """Give the drawn pins their times, words and history; append each one's id to `ids`."""
    count = len(share)
    received = _received_ms(share, now_ms)
    kind_of_delay = rng.random(BATCH)
    delay_ms = np.where(
        kind_of_delay < 0.72,
        2000 + rng.exponential(30_000, BATCH),
        np.where(
            kind_of_delay < 0.92,
            rng.lognormal(np.log(2 * 3_600_000), 1, BATCH).clip(max=DAY_MS),
            rng.uniform(1, 9, BATCH) * DAY_MS,
        ),
    ).astype(np.int64)
    captured_list = (received - delay_ms[:count]).tolist()
    # Everything below is drawn for the whole batch, then cut, so that n does not change it.
    since_days = np.minimum(rng.lognormal(np.log(200), 1.2, BATCH), 5400).astype(int).tolist()
    tells_since = (rng.random(BATCH) < 0.55).tolist()
    draws = rng.integers(0, 2**31, (BATCH, 5)).tolist()
    random_a = rng.integers(0, 2**12, BATCH).tolist()
    random_b = rng.integers(0, 2**62, BATCH).tolist()
    source_of = np.searchsorted(SOURCE_SHARES, rng.random(BATCH), side="right").clip(max=4).tolist()
    accuracy = np.clip(rng.lognormal(np.log(11), 0.6, BATCH), 3, 400).round(1).tolist()
    confirmed_by = _confirmations(sites, batch, rng)
    note_draws = rng.integers(0, 2**31, (BATCH, 9)).tolist()
    went, at = _steps(np.resize(received, BATCH), now_ms, batch.lead > 0, rng)
    at_list, went_list = at.tolist(), went.tolist()
    received_list = received.tolist()
    site, category = batch.site.tolist(), batch.category.tolist()
    lng, lat = batch.lng.tolist(), batch.lat.tolist()
    whole, chosen = batch.whole.tolist(), batch.chosen.tolist()
    severity, people = batch.severity.tolist(), batch.people.tolist()
    author, lead = batch.author.tolist(), batch.lead.tolist()
    bands = [_problems(slug) for slug in categories]

    for k in range(count):
        captured_ms, slug = captured_list[k], categories[category[k]]
        uid = UUID(int=captured_ms << 80 | 7 << 76 | random_a[k] << 64 | 2 << 62 | random_b[k])
        ids.append(uid)
        joined_to = None
        if lead[k]:
            first = k - lead[k]
            joined_to = ids[first] if first >= 0 else ids_before[first]
        captured_at = _moment(captured_ms)
        since = None
        if tells_since[k]:
            since = (captured_at + dt.timedelta(hours=7)).date() - dt.timedelta(since_days[k])
        level = severity[k]
        source: Source = "village" if whole[k] else SOURCES[source_of[k]]
        history = []
        for s in range(9):
            if went_list[k][s]:
                when, status = _moment(at_list[k][s]), STATUSES[s]
                history.append(Step(status, when, _note(slug, status, when, note_draws[k][s])))
        yield SamplePin(
            id=uid,
            category=slug,
            severity=level,
            people=people[k] or None,
            words=_compose(
                bands[category[k]][0 if level < 3 else 1 if level == 3 else 2],
                _since_phrases(since_days[k]) if since else None,
                draws[k],
            ),
            needed_since=since,
            lng=lng[k],
            lat=lat[k],
            whole_village=whole[k],
            village=sites.villages[site[k]] if chosen[k] else None,
            source=source,
            accuracy_m=accuracy[k] if source in ("gps", "photo") else None,
            captured_at=captured_at,
            received_at=_moment(received_list[k]),
            author=author[k] if author[k] >= 0 else None,
            joined_to=joined_to,
            confirmations=confirmed_by[k],
            history=tuple(history),
        )


def _confirmations(sites: _Sites, batch: _Batch, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Who said "we have this too": nobody for most, more for what is worse, never the author."""
    many = rng.geometric(0.42 - 0.05 * batch.severity) - 1
    many = np.where(rng.random(BATCH) < 0.4, 0, many).clip(max=12)
    many[batch.lead > 0] = 0  # people confirm the lead
    low = np.where(sites.home[batch.site], 0, HOME_PEOPLE)
    high = np.where(sites.home[batch.site], HOME_PEOPLE, SAMPLE_PEOPLE)
    people = rng.integers(low[:, None], high[:, None], (BATCH, 12)).tolist()
    return [
        tuple(who for who in dict.fromkeys(row[:wanted]) if who != author)
        for row, wanted, author in zip(people, many.tolist(), batch.author.tolist(), strict=True)
    ]


def _moment(ms: int) -> dt.datetime:
    return EPOCH + dt.timedelta(milliseconds=ms)
