"""What a budget round is decided from, and what came out, as bytes that never vary.

The same `Inputs` give the same bytes on every machine: UTF-8 JSON, members sorted, no spaces,
whole numbers as they are and other numbers by Python's shortest `repr`. A round is frozen by the
SHA-256 of these bytes before its results can be seen. Reading is strict: what is unknown,
missing or impossible is refused with the place where it stands. Nothing here knows Django.
"""

import dataclasses
import functools
import hashlib
import json
import math
import operator
import re
import types
import typing
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from mapping.errors import Refusal

FORMAT = "meemap-round/1"
RESULTS_FORMAT = "meemap-results/1"
POINTS = 100  # weights are shared out of a hundred points
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")  # no database or UTF-8 file holds these
LARGEST = 2**53 - 1  # whole numbers beyond this are not kept by every reader of JSON

Preset = Literal["formula", "equal", "sml_2025", "dana_desa_2021", "custom"]
Rounding = Literal["webster", "hamilton"]
Rule = Literal["equal_shares", "greedy"]
Completion = Literal["add1", "none"]
Scale = Literal["linear", "log", "band"]

FORMULA_POINTS = ("population", "poor", "need", "area_km2", "remoteness")
PRESETS: dict[str, tuple[int, dict[str, int]]] = {  # per cent shared equally, points of the rest
    "formula": (30, {"population": 35, "poor": 30, "need": 20, "remoteness": 15}),
    "equal": (100, {}),
    "custom": (0, {}),  # the office says all of it
    "sml_2025": (0, {}),  # by the steps of villages, see allocation.sml_2025
    "dana_desa_2021": (0, {"population": 10, "poor": 40, "area_km2": 20, "remoteness": 30}),
}


# -- canonical bytes ----------------------------------------------------------------------


def canonical(document: object) -> bytes:
    """The one spelling of a document.

    >>> canonical({"b": 1, "a": [0.1, "ก", None]}).decode()
    '{"a":[0.1,"ก",null],"b":1}'
    """
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


class Kept:
    """What the records below share: they go to plain JSON values and come back checked."""

    def document(self) -> dict[str, Any]:
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}  # type: ignore[arg-type]

    @classmethod
    def read(cls, document: object, at: str = "") -> Self:
        return typing.cast(Self, _record(cls, document, at))


def _plain(value: object) -> object:
    if isinstance(value, Kept):
        return value.document()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value


# -- inputs -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Kept):
    id: str
    office_th: str
    office_en: str
    fiscal_year: int  # Buddhist era, as 2571
    envelope_baht: int
    seed: str  # settles ties that cost and people leave open; made when the round is frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class StageA(Kept):
    """How the envelope goes to areas. Of the envelope `equal_percent` is shared equally, the
    rest by `points`. Limits bind only areas whose baht of last year are known; the floor binds all.
    """

    preset: Preset = "formula"
    equal_percent: int = 30
    points: Mapping[str, int] = field(default_factory=lambda: dict(PRESETS["formula"][1]))
    floor_percent: int = 30  # of the equal share
    max_cut_percent: int | None = 10  # below last year; null = no limit
    max_rise_percent: int | None = 20
    unit_baht: int = 1000
    rounding: Rounding = "webster"

    @classmethod
    def of(cls, preset: Preset, **changed: Any) -> Self:
        """The rules of a preset; only `formula` and `custom` keep floors and pace unless told."""
        equal, points = PRESETS[preset]
        free: dict[str, Any] = {"floor_percent": 0, "max_cut_percent": None, "max_rise_percent": None}
        rest = {} if preset == "formula" else free
        return cls(**({"preset": preset, "equal_percent": equal, "points": dict(points)} | rest | changed))


@dataclass(frozen=True, slots=True, kw_only=True)
class StageB(Kept):
    """How projects are chosen inside one pot."""

    rule: Rule = "equal_shares"
    completion: Completion = "add1"  # of equal_shares: part of the rule, named in the decision
    gamma: float = 1.0  # how much deprivation lifts a village's part
    min_persons: int = 0  # a project that serves fewer is not taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Kept):
    key: str  # a member of `facts` of villages and areas
    points: int  # all criteria together have 100
    low: float  # this value gives nothing …
    high: float  # … and this one everything; lower than `low` where less is more pressing
    scale: Scale = "linear"  # band: persons, capped at the population, count as their band 0..5
    name_th: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules(Kept):
    stage_a: StageA | None = None  # null: one pot for all, nothing is shared to areas first
    stage_b: StageB = field(default_factory=StageB)
    ranking: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Kept):
    """null = not known. `need` is a sum over the area (needs x people), not a rate."""

    code: str
    name_th: str
    name_en: str
    population: int | None = None  # null: the sum of its villages
    poor: float | None = None  # persons
    need: float | None = None
    area_km2: float | None = None
    remoteness: float | None = None  # minutes to the hospital or district office, or an index
    previous_baht: int | None = None
    facts: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Village(Kept):
    code: str
    name_th: str
    name_en: str
    area: str
    population: int
    deprivation: float | None = None  # 0..1; null: the mean of the villages of the pot that know
    carry_baht: int = 0  # left from last year's part
    reports: int = 0  # needs that count; 0 = silent, listed apart and never ranked last
    facts: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Support(Kept):
    village: str
    severity: int  # 1..5
    persons: int  # who benefit; counted up to the village's population


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Kept):
    id: str
    code: str  # number in the plan; "" = none yet
    name_th: str
    name_en: str
    cost_baht: int  # what this round would pay
    villages: tuple[Support, ...]
    exclusive_group: str | None = None  # at most one of a group is taken
    years_baht: Mapping[str, int] = field(default_factory=dict)  # fiscal year: baht; this year's = cost_baht
    eligible: bool = True
    reason: str = ""  # why not eligible


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Kept):
    project: str
    action: Literal["in", "out"]
    reason: str
    by: str  # the role, never a person's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs(Kept):
    """Everything a round is decided from. Order does not matter: rows are kept sorted.

    Examples
    --------
    >>> here = Inputs(
    ...     round=Round(id="r1", office_th="อบต.", office_en="", fiscal_year=2571, envelope_baht=100_000, seed="s"),
    ...     areas=(Area(code="580101", name_th="ต.", name_en=""),),
    ...     villages=(Village(code="58010101", name_th="บ้าน", name_en="", area="580101", population=90),),
    ... )
    >>> Inputs.from_bytes(here.to_bytes()) == here
    True
    >>> len(here.sha256)
    64
    """

    round: Round
    rules: Rules = field(default_factory=Rules)
    areas: tuple[Area, ...] = ()
    villages: tuple[Village, ...] = ()
    projects: tuple[Project, ...] = ()
    overrides: tuple[Override, ...] = ()
    format: str = FORMAT

    def __post_init__(self) -> None:
        for name, key in (("areas", "code"), ("villages", "code"), ("projects", "id"), ("overrides", "project")):
            ordered = tuple(sorted(getattr(self, name), key=operator.attrgetter(key)))
            object.__setattr__(self, name, ordered)
        projects = tuple(
            dataclasses.replace(p, villages=tuple(sorted(p.villages, key=lambda s: s.village))) for p in self.projects
        )
        object.__setattr__(self, "projects", projects)

    def to_bytes(self) -> bytes:
        """Canonical bytes, checked first: nothing that could not be read again is written."""
        return canonical(Inputs.from_document(self.document()).document())

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read and check.

        Raises
        ------
        Refusal
            `snapshot_…` with the place where the trouble stands (`attr`).
        """
        return cls.from_document(parse(data))

    @classmethod
    def from_document(cls, document: object) -> Self:
        _format(document, FORMAT)
        found = cls.read(document)
        check(found)
        return found


# -- results ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaShare(Kept):
    """What stage A gave one area, in parts that add up to `target_baht`."""

    area: str
    baht: int
    target_baht: float  # by the formula alone
    parts_baht: Mapping[str, float]  # equal, population, poor …: add up to target_baht
    lowest_baht: float  # floor or last year less the cut, whichever is more
    highest_baht: float | None
    limit: Literal["", "floor", "cut", "rise"]  # which limit holds it
    estimated: tuple[str, ...]  # facts that were missing and stand at the average
    previous_baht: int | None
    sentence_th: str = ""
    sentence_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesFigures(Kept):
    """Stage A at a glance; null where no population is known."""

    gini: float | None  # of baht per head, every person counted
    most_to_least: float | None  # highest baht per head / lowest
    lowest_decile_share: float | None  # part of the money for the tenth of people with least per head
    at_floor: int
    at_cap: int
    water_level_baht: float | None  # baht per head if the pot only lifted those who have least


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Kept):
    village: str
    baht: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Kept):
    """One project in one pot."""

    project: str
    pot: str
    funded: bool
    how: Literal["share", "fill", "forced", "rank", ""]  # shares bought it, left money filled it, an override …
    order: int  # bought n-th; 0 = not bought
    price_per_point: float | None  # rho: baht for one point (severity x person)
    payments: tuple[Payment, ...]  # add up to the cost
    reserve_place: int  # place on the reserve list; 0 = not on it
    missing_baht: int  # what the pot lacks for it at its place
    tied_with: tuple[str, ...]  # others at the same price when it was bought
    why: str  # see why.REASONS
    values: Mapping[str, Any]  # numbers of the reason
    would_win_baht: int | None  # not bought: the highest price at which it would have been
    sentence_th: str
    sentence_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageAccount(Kept):
    village: str
    endowment_baht: int  # part of this round, without what was carried
    carried_baht: int  # from before
    paid_baht: int
    carry_baht: int  # to the next round


@dataclass(frozen=True, slots=True, kw_only=True)
class PotResult(Kept):
    pot: str  # code of the area; "" = one pot for all
    baht: int  # with what was carried over
    spent_baht: int
    left_baht: int
    add1_percent: int  # by how much parts were raised to use the money
    at_limit: bool  # raised threefold without using it up
    villages: tuple[VillageAccount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures(Kept):
    """One rule over all pots: the price of fairness stands side by side."""

    rule: str
    projects: tuple[str, ...]
    spent_baht: int
    benefit: int  # sum of severity x persons
    villages_served: int
    villages: int
    gini: float | None  # of benefit per head of villages
    overlap: float | None  # part of the chosen that the round's rule chose too


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked(Kept):
    code: str
    score: float | None  # 0..100
    rank: int  # 0 = not ranked
    silent: bool
    parts: Mapping[str, float]  # points of each criterion, add up to the score
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results(Kept):
    inputs_sha256: str
    amended: bool
    shares: tuple[AreaShare, ...]
    shares_figures: SharesFigures | None
    pots: tuple[PotResult, ...]
    projects: tuple[Outcome, ...]
    rules: tuple[RuleFigures, ...]
    committed_baht: Mapping[str, int]  # later fiscal years, of the projects taken
    areas: tuple[Ranked, ...]
    villages: tuple[Ranked, ...]
    format: str = RESULTS_FORMAT

    def to_bytes(self) -> bytes:
        return canonical(self.document())

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        document = parse(data)
        _format(document, RESULTS_FORMAT)
        return cls.read(document)


# -- reading ------------------------------------------------------------------------------


def parse(data: bytes) -> Any:
    """JSON from bytes; a member twice, a number that is not finite or broken text is refused."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
            raise Refusal("json_duplicate_key", name=twice)
        return found

    def refuse(_: str) -> None:
        raise Refusal("number_not_finite")

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=members, parse_constant=refuse)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError):
        raise Refusal("snapshot_unreadable") from None


def _format(document: object, expected: str) -> None:
    given = document.get("format") if isinstance(document, dict) else None
    if given != expected:
        raise Refusal("snapshot_format", "format", given=str(given)[:40], expected=expected)


@functools.cache
def _shape(record: type) -> tuple[dict[str, Any], frozenset[str]]:
    hints = typing.get_type_hints(record)
    fields = dataclasses.fields(record)
    needed = {f.name for f in fields if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING}
    return {f.name: hints[f.name] for f in fields}, frozenset(needed)


def _record(record: type, given: object, at: str) -> Any:
    if not isinstance(given, dict):
        raise Refusal("snapshot_type", at or None, expected="{}")
    shape, needed = _shape(record)
    for name in given:
        if name not in shape:
            raise Refusal("snapshot_unknown", _join(at, name), name=str(name)[:80])
    for name in sorted(needed):
        if name not in given:
            raise Refusal("snapshot_missing", _join(at, name), name=name)
    return record(**{name: _value(shape[name], value, _join(at, name)) for name, value in given.items()})


def _value(kind: Any, given: Any, at: str) -> Any:
    if kind is str:
        if isinstance(given, str) and not UNKEEPABLE.search(given):
            return given
        raise Refusal("snapshot_type", at, expected="“…”")
    if kind is bool:
        if isinstance(given, bool):
            return given
        raise Refusal("snapshot_type", at, expected="true, false")
    if kind is int:
        if isinstance(given, int) and not isinstance(given, bool) and abs(given) <= LARGEST:
            return given
        raise Refusal("snapshot_whole", at, given=str(given)[:40])
    if kind is float:
        if isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given):
            return float(given) + 0.0  # 5 and 5.0, 0.0 and -0.0 are one number and have one spelling
        raise Refusal("snapshot_number", at, given=str(given)[:40])
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if given is None else _value(next(k for k in inner if k is not type(None)), given, at)
    if origin is Literal:
        if given in inner and isinstance(given, str):
            return given
        raise Refusal("snapshot_choice", at, given=str(given)[:40], choices=", ".join(map(str, inner)))
    if origin is tuple:
        if isinstance(given, list):
            return tuple(_value(inner[0], item, f"{at}[{i}]") for i, item in enumerate(given))
        raise Refusal("snapshot_type", at, expected="[]")
    if origin is not None and issubclass(origin, Mapping):
        if isinstance(given, dict):
            return {name: _value(inner[1], item, _join(at, name)) for name, item in given.items()}
        raise Refusal("snapshot_type", at, expected="{}")
    if kind is Any:
        return given
    return _record(kind, given, at)


def _join(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


# -- what cannot be -----------------------------------------------------------------------


def check(given: Inputs) -> None:
    """Refuse what no rule could decide on, in the order in which a person would mend it.

    Raises
    ------
    Refusal
        `snapshot_…`, with `attr` naming the place, as ``projects[3].cost_baht``.
    """
    _baht(given.round.envelope_baht, "round.envelope_baht")
    _rules(given.rules)
    _once((a.code for a in given.areas), "areas", "code")
    _once((v.code for v in given.villages), "villages", "code")
    _once((p.id for p in given.projects), "projects", "id")
    _once((o.project for o in given.overrides), "overrides", "project")
    areas = {a.code for a in given.areas}
    for i, area in enumerate(given.areas):
        for name in ("population", "poor", "need", "area_km2", "remoteness", "previous_baht"):
            value = getattr(area, name)
            if value is not None and value < 0:
                raise Refusal("snapshot_negative", f"areas[{i}].{name}", given=value)
    for i, village in enumerate(given.villages):
        at = f"villages[{i}]"
        if village.area not in areas:
            raise Refusal("snapshot_nowhere", f"{at}.area", name=village.area)
        if village.population <= 0:
            raise Refusal("snapshot_village_empty", f"{at}.population", name=village.name_th or village.code)
        if village.deprivation is not None and not 0 <= village.deprivation <= 1:
            raise Refusal("snapshot_range", f"{at}.deprivation", given=village.deprivation, low=0, high=1)
        _baht(village.carry_baht, f"{at}.carry_baht")
        if village.reports < 0:
            raise Refusal("snapshot_negative", f"{at}.reports", given=village.reports)
    if given.rules.stage_a is not None:
        _areas_can_share(given)
    _projects(given)


def _rules(rules: Rules) -> None:
    a = rules.stage_a
    if a is not None:
        at = "rules.stage_a"
        for name in a.points:
            if name not in FORMULA_POINTS:
                raise Refusal("snapshot_unknown", f"{at}.points.{name}", name=name)
        for name, low, high in (
            ("equal_percent", 0, 100),
            ("floor_percent", 0, 100_000),  # beyond 100 the floors exceed the pot, which says so itself
            ("max_cut_percent", 0, 100),
            ("max_rise_percent", 0, 10_000),
            ("unit_baht", 1, 1_000_000),
        ):
            value = getattr(a, name)
            if value is not None and not low <= value <= high:
                raise Refusal("snapshot_range", f"{at}.{name}", given=value, low=low, high=high)
        if a.preset != "custom" and (a.equal_percent, dict(a.points)) != PRESETS[a.preset]:
            raise Refusal("snapshot_preset", f"{at}.preset", name=a.preset)
        if a.equal_percent < POINTS and a.preset != "sml_2025":
            _points(a.points.values(), f"{at}.points")
    b = rules.stage_b
    if not 0 <= b.gamma <= 10:
        raise Refusal("snapshot_range", "rules.stage_b.gamma", given=b.gamma, low=0, high=10)
    if b.min_persons < 0:
        raise Refusal("snapshot_negative", "rules.stage_b.min_persons", given=b.min_persons)
    if rules.ranking:
        _once((c.key for c in rules.ranking), "rules.ranking", "key")
        _points((c.points for c in rules.ranking), "rules.ranking")
    for i, criterion in enumerate(rules.ranking):
        if criterion.low == criterion.high or (criterion.scale == "log" and min(criterion.low, criterion.high) <= 0):
            raise Refusal("snapshot_bounds", f"rules.ranking[{i}]", name=criterion.key)


def _points(points: Iterable[int], at: str) -> None:
    given = list(points)
    if any(p < 0 for p in given):
        raise Refusal("snapshot_negative", at, given=min(given))
    if sum(given) != POINTS:
        raise Refusal("snapshot_points", at, given=sum(given))


def _once(names: Iterable[str], at: str, member: str) -> None:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if not name:
            raise Refusal("snapshot_missing", f"{at}[{i}].{member}", name=member)
        if name in seen:
            raise Refusal("snapshot_twice", f"{at}[{i}].{member}", name=name)
        seen.add(name)


def _baht(value: int, at: str) -> None:
    if value < 0:
        raise Refusal("snapshot_negative", at, given=value)


def _areas_can_share(given: Inputs) -> None:
    peopled = {v.area for v in given.villages}
    for i, area in enumerate(given.areas):
        if not area.population and area.code not in peopled:
            raise Refusal("snapshot_area_empty", f"areas[{i}].population", name=area.name_th or area.code)


def _projects(given: Inputs) -> None:
    area_of = {v.code: v.area for v in given.villages}
    group_in: dict[str, str] = {}
    for i, project in enumerate(given.projects):
        at, name = f"projects[{i}]", project.name_th or project.id
        if project.cost_baht <= 0:
            raise Refusal("snapshot_cost", f"{at}.cost_baht", name=name, given=project.cost_baht)
        if not project.villages:
            raise Refusal("snapshot_project_nowhere", f"{at}.villages", name=name)
        _once((s.village for s in project.villages), f"{at}.villages", "village")
        for j, support in enumerate(project.villages):
            if support.village not in area_of:
                raise Refusal("snapshot_nowhere", f"{at}.villages[{j}].village", name=support.village)
            if not 1 <= support.severity <= 5:
                raise Refusal("snapshot_range", f"{at}.villages[{j}].severity", given=support.severity, low=1, high=5)
            if support.persons <= 0:
                raise Refusal("snapshot_persons", f"{at}.villages[{j}].persons", name=name)
        if not project.eligible and not project.reason.strip():
            raise Refusal("snapshot_reason", f"{at}.reason", name=name)
        for year, baht in project.years_baht.items():
            if not (year.isascii() and year.isdigit() and len(year) == 4):
                raise Refusal("snapshot_unknown", f"{at}.years_baht.{year}", name=year)
            _baht(baht, f"{at}.years_baht.{year}")
        this_year = project.years_baht.get(str(given.round.fiscal_year), project.cost_baht)
        if project.years_baht and this_year != project.cost_baht:
            raise Refusal("snapshot_years", f"{at}.years_baht", name=name, given=this_year, cost=project.cost_baht)
        if given.rules.stage_a is not None:
            inside = {area_of[s.village] for s in project.villages}
            if len(inside) > 1:
                raise Refusal("snapshot_across", f"{at}.villages", name=name, areas=", ".join(sorted(inside)))
            group = project.exclusive_group
            if group is not None and group_in.setdefault(group, min(inside)) != min(inside):
                raise Refusal("snapshot_group_across", f"{at}.exclusive_group", name=group)
    projects = {p.id for p in given.projects}
    for i, override in enumerate(given.overrides):
        if override.project not in projects:
            raise Refusal("snapshot_nowhere", f"overrides[{i}].project", name=override.project)
        if not override.reason.strip():
            raise Refusal("snapshot_reason", f"overrides[{i}].reason", name=override.project)
