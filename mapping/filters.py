"""One filter: a query string becomes one object, and the object one SQL condition.

The same object feeds the list, the map, the ranking and every download, and it is exactly
what stands in the URL.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from django.http import QueryDict
from psycopg import sql

from mapping.errors import Refusal
from mapping.geometry import clean_text, parse_bbox
from mapping.models import Category, Status
from mapping.models.pins import OPEN, STATUS_GROUPS, UNMET
from mapping.queries import Part, Values, containing

BANGKOK = ZoneInfo("Asia/Bangkok")
NAMES = ("bbox", "area", "category", "status", "severity", "since", "until", "q", "queue")
STATUS_SETS = {"open": OPEN, "unmet": UNMET}
# What waits for an officer, on the columns of a face; the days are ours, no law sets them.
QUEUE = {
    "new": "status = 'reported' AND joined_to IS NULL AND NOT hidden",
    "unchecked": "NOT checked AND NOT hidden AND status <> 'withdrawn'",
    "overdue": "joined_to IS NULL AND NOT hidden AND ("
    "status = 'reported' AND status_at < now() - interval '15 days'"
    " OR status IN ('verified', 'forwarded') AND status_at < now() - interval '60 days'"
    " OR status = 'done' AND status_at < now() - interval '30 days')",
    "reopened": "reopenings > 0 AND status = 'verified' AND joined_to IS NULL",
    "duplicates": "joined_to IS NULL AND NOT hidden AND status IN ('reported', 'verified') AND is_full"
    " AND has_near_twin(id, category_id, place)",
    "outside": "area_code IS NULL AND is_full",
    "conflicts": "conflicts > 0",
}


def parse_code(text: str, attr: str, *, lengths: Iterable[int] = (0, 2, 4, 6, 8, 9)) -> str:
    """An area code, or the empty one for the country."""
    if len(text) not in lengths or not (text == "" or (text.isascii() and text.isdigit())):
        raise Refusal("code_form", attr=attr, given=text[:40])
    return text


def parse_choice(text: str, attr: str, known: Iterable[str]) -> str:
    known = tuple(known)
    if text not in known:
        raise Refusal("choice_unknown", attr=attr, given=text[:40], known=", ".join(known))
    return text


def parse_integer(text: str, attr: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and low <= int(text) <= high):
        raise Refusal("number_range", attr=attr, given=text[:40], low=low, high=high)
    return int(text)


BUDDHIST_YEARS = range(2400, 2700)


def refuse_buddhist(year: int, attr: str) -> None:
    if year in BUDDHIST_YEARS:
        raise Refusal("date_buddhist", attr=attr, given=year, meant=year - 543)


def parse_day(text: str, attr: str) -> datetime:
    """The start of a day in Bangkok, or a moment with its zone."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            refuse_buddhist(day.year, attr)
            return datetime.combine(day, time(), BANGKOK)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal("date_form", attr=attr, given=text[:40]) from None
    if moment.tzinfo is None:
        raise Refusal("time_form", attr=attr, given=text[:40])
    return moment


def check_names(query: QueryDict, known: Iterable[str]) -> None:
    """Refuse a parameter that is not known, or given twice."""
    known = tuple(known)
    for name in query:
        if name not in known:
            raise Refusal("parameter_unknown", attr=name[:40], given=name[:40], known=", ".join(known))
        if len(query.getlist(name)) > 1:
            raise Refusal("parameter_twice", attr=name, given=name)


@dataclass(frozen=True, slots=True)
class PinFilter:
    """Which pins. An empty field does not narrow."""

    bbox: tuple[float, float, float, float] | None = None  # w, s, e, n, on the place the reader may see
    area: str = ""  # code prefix
    categories: tuple[str, ...] = ()  # slugs
    statuses: tuple[str, ...] = ()
    severity: tuple[int, int] = (1, 5)
    since: datetime | None = None  # of received_at, half-open
    until: datetime | None = None
    q: str = ""
    queue: str = ""  # a part of the officer's queue

    @classmethod
    def parse(cls, query: QueryDict, *, also: Iterable[str] = ()) -> Self:
        """Raises Refusal for a value that cannot be read and for a name that is neither ours nor in `also`."""
        check_names(query, (*NAMES, *also))
        get = {name: query.get(name, "") for name in NAMES}
        categories: tuple[str, ...] = ()
        if get["category"]:
            known = Category.objects.values_list("slug", flat=True)
            categories = tuple(dict.fromkeys(parse_choice(c, "category", known) for c in get["category"].split(",")))
        statuses: dict[str, None] = {}
        for word in get["status"].split(",") if get["status"] else ():
            parse_choice(word, "status", (*STATUS_SETS, *Status.values))
            statuses |= dict.fromkeys(map(str, STATUS_SETS.get(word, (word,))))
        low, dash, high = get["severity"].partition("-")
        severity = (1, 5)
        if get["severity"]:
            first = parse_integer(low, "severity", 1, 5)
            severity = (first, parse_integer(high, "severity", first, 5) if dash else first)
        since = parse_day(get["since"], "since") if get["since"] else None
        until = parse_day(get["until"], "until") if get["until"] else None
        if since and until and since >= until:
            raise Refusal("period_order", attr="until")
        return cls(
            bbox=parse_bbox(get["bbox"]) if get["bbox"] else None,
            area=parse_code(get["area"], "area"),
            categories=categories,
            statuses=tuple(statuses),
            severity=severity,
            since=since,
            until=until,
            q=clean_text(get["q"], "q", 100) if get["q"] else "",
            queue=parse_choice(get["queue"], "queue", QUEUE) if get["queue"] else "",
        )

    @property
    def groups(self) -> tuple[int, ...] | None:
        """The status groups that it lets through, of what counts; None if it parts one of them."""
        wanted = set(self.statuses or Status.values) - {Status.WITHDRAWN}  # what was taken back never counts
        whole = tuple(n for n, members in enumerate(STATUS_GROUPS) if wanted >= set(members))
        return whole if wanted == {status for n in whole for status in STATUS_GROUPS[n]} else None

    @property
    def in_figures(self) -> bool:
        """Whether the kept figures of areas can answer it: they tell categories and status groups apart, no more."""
        return self.in_tallies and self.severity == (1, 5) and self.groups is not None

    @property
    def in_tallies(self) -> bool:
        """Whether the kept tallies can answer it, so that no pin has to be read."""
        return (
            self.bbox is None
            and self.since is None
            and self.until is None
            and not (self.q or self.queue)
            and len(self.area) <= 6
        )

    def where(self) -> tuple[Part, Values]:
        """Condition on the columns of a pin's face, values bound."""
        parts: list[str] = []
        values: Values = {}
        if self.bbox:
            parts.append("place && ST_MakeEnvelope(%(f_w)s, %(f_s)s, %(f_e)s, %(f_n)s, 4326)")
            values |= dict(zip(("f_w", "f_s", "f_e", "f_n"), self.bbox, strict=True))
        if self.area:
            parts.append("area_code >= %(f_area)s AND area_code < code_end(%(f_area)s)")
            values["f_area"] = self.area
        if self.categories:
            parts.append("category_id = ANY(SELECT id FROM category WHERE slug = ANY(%(f_categories)s))")
            values["f_categories"] = list(self.categories)
        if self.statuses:
            parts.append("status = ANY(%(f_statuses)s)")
            values["f_statuses"] = list(self.statuses)
        if self.severity != (1, 5):
            parts.append("severity BETWEEN %(f_low)s AND %(f_high)s")
            values |= {"f_low": self.severity[0], "f_high": self.severity[1]}
        if self.since:
            parts.append("received_at >= %(f_since)s")
            values["f_since"] = self.since
        if self.until:
            parts.append("received_at < %(f_until)s")
            values["f_until"] = self.until
        if self.q:
            parts.append("(words ILIKE %(f_q)s OR number::text = %(f_number)s)")
            values |= {"f_q": containing(self.q), "f_number": self.q}
        if self.queue:
            parts.append(f"({QUEUE[self.queue]})")
        return sql.SQL(" AND ").join(map(sql.SQL, parts)) if parts else sql.SQL("true"), values  # type: ignore[arg-type]
