"""Village meetings: a table of needs and hands, written whole or not at all, and the photo of its signed sheet."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from psycopg import sql

from mapping import pins
from mapping.access import Reader, faces, may_hold_meeting, may_read_sheet, meetings_of, see
from mapping.errors import Refusal
from mapping.filters import BANGKOK, parse_day
from mapping.images import clean_image
from mapping.models import Entry, Meeting, MeetingNeed, Pin
from mapping.models.meetings import MAX_HANDS
from mapping.models.pins import OPEN
from mapping.photos import keep
from mapping.queries import query, rows, value

TABLE = ("village", "held_on", "people_present", "needs", "confirmed")
NEED = ("id", "category", "words", "people", "severity", "hands")
CONFIRMED = ("id", "hands")
MAX_ROWS = 200  # of each kind, in one table
SHEET_SIDE_PX = 2400  # an A4 page at 200 dots an inch: handwriting stays readable


@dataclass(frozen=True, slots=True)
class Raised:
    """A new need of the table."""

    id: str
    hands: int | None
    report: pins.Report


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Hands for a need that was there before."""

    id: str
    hands: int


@dataclass(frozen=True, slots=True)
class Table:
    """What was entered of one meeting, checked and in one form."""

    village: str
    held_on: str  # ISO date
    people_present: int | None
    needs: tuple[Raised, ...]
    confirmed: tuple[Confirmed, ...]

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, ensure_ascii=False).encode()).digest()


# -- what is let in -----------------------------------------------------------------------------


class Faults:
    """Collects what is wrong with each line, so that a person hears of all lines at once."""

    def __init__(self) -> None:
        self.found: list[Refusal] = []

    @contextmanager
    def of(self, line: str) -> Iterator[None]:
        """Keeps a refusal of this line; where the pin's own rules refused, the place is told as in the table."""
        try:
            yield
        except Refusal as refusal:
            attr = refusal.attr or ""
            if not attr.startswith(line):
                refusal.attr = f"{line}.{attr.removeprefix('properties.')}".removesuffix(".")
            self.found.append(refusal)

    def tell(self) -> None:
        if self.found:
            first, *others = self.found
            first.also = tuple(others)
            raise first


def parse_table(body: Any) -> Table:
    """Raises Refusal with the place in the table; where several lines are at fault, with each of them."""
    if not isinstance(body, Mapping):
        raise Refusal("meeting_row")
    _refuse_unknown(body, TABLE)
    for name in ("village", "held_on"):
        if body.get(name) is None:
            raise Refusal("member_missing", attr=name, name=name)
    village = body["village"]
    pins.check_village(village, "village")
    held_on = parse_held_on(body["held_on"])
    present = _count(body.get("people_present"), "people_present", 1)
    needs, confirmed = _lines(body, "needs"), _lines(body, "confirmed")
    if not needs and not confirmed:
        raise Refusal("meeting_empty", attr="needs")
    faults = Faults()
    ids: set[str] = set()
    raised, said = [], []
    for number, line in enumerate(needs):
        with faults.of(at := f"needs[{number}]"):
            raised.append(_need(line, at, village, present, ids))
    for number, line in enumerate(confirmed):
        with faults.of(at := f"confirmed[{number}]"):
            _refuse_unknown(line, CONFIRMED, f"{at}.")
            if line.get("hands") is None:
                raise Refusal("member_missing", attr=f"{at}.hands", name="hands")
            said.append(Confirmed(_id(line, at, ids), _hands(line["hands"], at, present) or 0))
    faults.tell()
    return Table(village, held_on, present, tuple(raised), tuple(said))


def _need(line: Mapping[str, Any], at: str, village: str, present: int | None, ids: set[str]) -> Raised:
    _refuse_unknown(line, NEED, f"{at}.")
    properties = {name: line.get(name) for name in ("category", "words", "people", "severity")}
    report = pins.parse_report(None, properties | {"village": village})
    return Raised(_id(line, at, ids), _hands(line.get("hands"), at, present), report)


def _lines(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    given = body.get(name)
    if given is None:
        return []
    if not isinstance(given, list):
        raise Refusal("meeting_row", attr=name)
    if len(given) > MAX_ROWS:
        raise Refusal("meeting_rows", attr=name, limit=MAX_ROWS)
    for number, line in enumerate(given):
        if not isinstance(line, Mapping):
            raise Refusal("meeting_row", attr=f"{name}[{number}]")
    return given


def _refuse_unknown(members: Mapping[str, Any], known: tuple[str, ...], at: str = "") -> None:
    for name in members:
        if name not in known:
            raise Refusal("member_unknown", attr=f"{at}{name[:60]}", name=name[:60])


def _id(line: Mapping[str, Any], at: str, ids: set[str]) -> str:
    try:
        found = str(UUID(line["id"])) if isinstance(line.get("id"), str) and len(line["id"]) == 36 else None
    except ValueError:
        found = None
    if found is None:
        raise Refusal("meeting_row", attr=f"{at}.id")
    if found in ids:
        raise Refusal("meeting_need_twice", attr=f"{at}.id")
    ids.add(found)
    return found


def parse_held_on(given: Any, *, future: bool = False) -> str:
    """The day of a meeting as ISO text; one that is still to come only where a sheet is printed for it."""
    if not isinstance(given, str) or len(given) != 10:
        raise Refusal("date_form", attr="held_on", given=str(given)[:40])
    day = parse_day(given, "held_on")
    if not 2000 <= day.year <= 2200:
        raise Refusal("date_form", attr="held_on", given=given)
    if day > timezone.now() and not future:
        raise Refusal("date_future", attr="held_on")
    return day.astimezone(BANGKOK).date().isoformat()


def _count(given: Any, attr: str, low: int) -> int | None:
    if given is None:
        return None
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= MAX_HANDS:
        raise Refusal("number_range", attr=attr, given=str(given)[:40], low=low, high=MAX_HANDS)
    return given


def _hands(given: Any, at: str, present: int | None) -> int | None:
    hands = _count(given, f"{at}.hands", 0)
    if hands is not None and present is not None and hands > present:
        raise Refusal("meeting_hands", attr=f"{at}.hands", given=hands, present=present)
    return hands


# -- writing ------------------------------------------------------------------------------------


def require(reader: Reader, village: str) -> None:
    """Raises the refusal that fits whoever may not enter this village's meetings."""
    if not may_hold_meeting(reader, village):
        raise Refusal("meeting_not_yours" if reader.person_id is not None and not reader.is_device else "sign_in_first")


@transaction.atomic
def hold(*, reader: Reader, meeting_id: UUID, table: Table) -> tuple[Meeting, bool]:
    """Write a meeting with its needs under the ids that the browser gave; the same again adds nothing.

    Returns the meeting, and whether it is new. One line that is refused leaves nothing written.

    Raises Refusal: `meeting_differs` where another table has the id, `not_found` where the
    reader may not even know that, and each line's own.
    """
    require(reader, table.village)
    # A second sender of the same table waits here until the first has committed or given up.
    made = value(
        "INSERT INTO meeting (id, village, held_on, people_present, by_id, body_sha256)"
        " VALUES (%(id)s, %(village)s, %(held_on)s, %(present)s, %(by)s, %(hash)s)"
        " ON CONFLICT (id) DO NOTHING RETURNING id",
        {
            "id": meeting_id, "village": table.village, "held_on": table.held_on,
            "present": table.people_present, "by": reader.person_id, "hash": table.sha256,
        },
    )  # fmt: skip
    meeting = Meeting.objects.get(pk=meeting_id)
    if made is None:
        if not may_hold_meeting(reader, meeting.village):
            raise Refusal("not_found")
        if bytes(meeting.body_sha256) != table.sha256:
            raise Refusal("meeting_differs", attr="id")
        return meeting, False
    faults = Faults()
    for number, need in enumerate(table.needs):
        with faults.of(at := f"needs[{number}]"):
            # Its day is a part of what makes it: the same words in a later meeting are another report.
            report = replace(need.report, captured_at=f"{table.held_on}T00:00:00+07:00")
            if pins.report(reader=reader, pin_id=UUID(need.id), report=report) != "created":
                raise Refusal("meeting_need_taken", attr=f"{at}.id")
    for number, said in enumerate(table.confirmed):
        with faults.of(at := f"confirmed[{number}]"):
            face = see(reader, UUID(said.id))
            if face is None:
                raise Refusal("not_found", attr=f"{at}.id")
            if face.village != table.village:
                raise Refusal("meeting_pin_elsewhere", attr=f"{at}.id")
            if face.status not in OPEN:
                raise Refusal("meeting_pin_closed", attr=f"{at}.id")
    faults.tell()
    _note(meeting, reader, table)
    return meeting, True


def _note(meeting: Meeting, reader: Reader, table: Table) -> None:
    """The lines of the table, and what each pin's timeline says of it.

    Where a pin's village is hidden from the public, so is this entry: the other needs of the
    same meeting would name the village.
    """
    said: list[Raised | Confirmed] = [*table.needs, *table.confirmed]
    ids = [UUID(one.id) for one in said]
    hidden = set(Pin.objects.filter(pk__in=ids, place_precision="cell").values_list("pk", flat=True))
    MeetingNeed.objects.bulk_create(
        MeetingNeed(meeting=meeting, pin_id=one.id, position=number, hands=one.hands, new=isinstance(one, Raised))
        for number, one in enumerate(said)
    )
    entries = [
        Entry(
            pin_id=pin_id,
            by_id=reader.person_id,
            kind=Entry.Kind.MEETING,
            public=pin_id not in hidden,
            detail={
                "meeting": str(meeting.pk),
                "hands": one.hands,
                "held_on": table.held_on,
                "new": isinstance(one, Raised),
            },
        )
        for pin_id, one in zip(ids, said, strict=True)
    ]
    # In the order of the ids: an entry locks its pin, and two meetings may speak of the same ones.
    Entry.objects.bulk_create(sorted(entries, key=lambda entry: str(entry.pin_id)))


# -- reading ------------------------------------------------------------------------------------


def find(reader: Reader, meeting_id: UUID) -> Meeting:
    found = Meeting.objects.filter(meetings_of(reader), pk=meeting_id).first()
    if found is None:
        raise Refusal("not_found")
    return found


def needs_of(reader: Reader, meeting: Meeting) -> list[dict[str, Any]]:
    """number, words, hands … of a meeting's needs, in the order of its table."""
    where = sql.SQL("id = ANY(SELECT pin_id FROM meeting_need WHERE meeting_id = %(meeting)s)")
    source, values = faces(reader, where, {"meeting": meeting.pk})
    return rows(query("meeting_needs").format(faces=source), values)


def open_needs(reader: Reader, village: str, most: int = MAX_ROWS) -> list[dict[str, Any]]:
    """What is open in a village, oldest first: those whose village was chosen, and those it is nearest to."""
    where = sql.SQL(
        "area_code >= left(%(village)s, 6) AND area_code < code_end(left(%(village)s, 6))"
        " AND village = %(village)s AND status = ANY(%(open)s)"
    )
    source, values = faces(reader, where, {"village": village, "open": [str(status) for status in OPEN]})
    return rows(query("meeting_open").format(faces=source), values | {"most": most})


def listed(reader: Reader, area: str, most: int) -> list[dict[str, Any]]:
    """Meetings that this reader may read, within an area, newest first."""
    found = Meeting.objects.filter(meetings_of(reader))
    if area:
        found = found.filter(village=area) if len(area) >= 8 else found.filter(village__startswith=area)
    return [tell(one) for one in found.order_by("-held_on", "-created_at")[:most]]


def tell(meeting: Meeting) -> dict[str, Any]:
    return {
        "id": str(meeting.pk),
        "village": meeting.village,
        "held_on": meeting.held_on.isoformat(),
        "people_present": meeting.people_present,
        "created_at": meeting.created_at.astimezone(BANGKOK).isoformat(),
        "sheet": meeting.sheet_sha256 is not None,
    }


# -- the signed sheet -----------------------------------------------------------------------------


def sheet_path(meeting_id: UUID, sha256: bytes) -> Path:
    """By its content too: a better photo of the same sheet never stands half over the one before."""
    name = str(meeting_id)
    return Path(settings.MEDIA_ROOT) / "meetings" / name[-2:] / f"{name}.{sha256.hex()[:16]}.jpg"


def receive_sheet(*, reader: Reader, meeting_id: UUID, raw: bytes) -> bool:
    """Keep a photo of the signed sheet; a later one takes its place. Returns whether it is another one.

    Raises Refusal: `not_found` unless the reader may enter this village's meetings, and all of
    the image gate's.
    """
    meeting = find(reader, meeting_id)
    digest = hashlib.sha256(raw).digest()
    if meeting.sheet_sha256 is not None and bytes(meeting.sheet_sha256) == digest:
        return False
    clean = clean_image(raw, max_side_px=SHEET_SIDE_PX)
    path = sheet_path(meeting_id, digest)
    keep(path, clean.jpeg)
    with transaction.atomic():  # the file first: a row never names one that is not there
        meeting = Meeting.objects.select_for_update().get(pk=meeting_id)
        before = meeting.sheet_sha256 and bytes(meeting.sheet_sha256)
        Meeting.objects.filter(pk=meeting_id).update(sheet_sha256=digest)
    if before and before != digest:
        sheet_path(meeting_id, before).unlink(missing_ok=True)
    return True


def find_sheet(*, reader: Reader, meeting_id: UUID) -> Path:
    meeting = find(reader, meeting_id)
    if meeting.sheet_sha256 is None or not may_read_sheet(reader, meeting.village):
        raise Refusal("not_found")
    return sheet_path(meeting_id, bytes(meeting.sheet_sha256))
