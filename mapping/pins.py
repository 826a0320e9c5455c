"""Every write of a pin, as a verb. What must hold in any case is kept by the triggers."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from mapping.access import Reader, may_answer, may_edit, see
from mapping.errors import Refusal
from mapping.filters import BANGKOK, refuse_buddhist
from mapping.geometry import clean_text
from mapping.images import MAX_PHOTO_BYTES
from mapping.models import Area, BoundarySet, Category, Confirmation, Entry, Office, Photo, Pin, Recording, Status
from mapping.models.areas import Level
from mapping.models.pins import SOURCES
from mapping.queries import query, value
from mapping.recordings import MAX_RECORDING_BYTES

WRITTEN = (
    "category", "severity", "people", "words", "needed_since", "village",
    "source", "accuracy_m", "captured_at", "photos", "recordings",
)  # fmt: skip
MAX_WORDS = 2000  # code points
MAX_PHOTOS = 10
MAX_RECORDINGS = 1
MAX_PEOPLE = 1_000_000
UNDO_WITHIN = timedelta(hours=1)  # as in 0008_life.sql

Outcome = Literal["created", "same"]


@dataclass(frozen=True, slots=True)
class Announced:
    """A photo or a recording that will follow its pin."""

    id: str
    sha256: str  # hex, of the bytes that will be sent
    bytes: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a person says of one need, checked and in one form."""

    lng: float | None  # with lat: None for the whole village
    lat: float | None
    category: str
    severity: int
    people: int | None
    words: str
    needed_since: str | None  # ISO date
    village: str | None
    source: str
    accuracy_m: float | None
    captured_at: str | None  # ISO, UTC
    photos: tuple[Announced, ...]
    recordings: tuple[Announced, ...] = ()

    @property
    def sha256(self) -> bytes:
        """Canonical hash: the same report in other spelling (order, spaces, 5 or 5.0) is the same."""
        said = asdict(self)
        if not self.recordings:
            del said["recordings"]  # as before there were any: what was sent then is still the same
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).digest()


def parse_report(point: tuple[float, float] | None, properties: Mapping[str, Any]) -> Report:
    """Check the written properties of a pin. Raises Refusal with the place and the mend."""
    for name in properties:
        if name not in WRITTEN:
            raise Refusal("field_unknown", attr=f"properties.{name[:60]}", field=name[:60])
    for name in ("category", "severity"):
        if properties.get(name) is None:
            raise Refusal("field_required", attr=f"properties.{name}", field=name)
    known = list(Category.objects.values_list("slug", flat=True))
    if properties["category"] not in known:
        raise Refusal(
            "unknown_category",
            attr="properties.category",
            given=str(properties["category"])[:40],
            known=", ".join(known),
        )
    village = properties.get("village")
    if village is not None:
        check_village(village)
    elif point is None:
        raise Refusal("place_missing", attr="geometry")
    source = properties.get("source")
    if source is None:
        source = "village" if point is None else "map"
    if source not in SOURCES:
        raise Refusal("source_unknown", attr="properties.source", given=str(source)[:40], known=", ".join(SOURCES))
    words = properties.get("words")
    captured = _moment(properties.get("captured_at"))
    lng, lat = point or (None, None)
    return Report(
        lng=lng,
        lat=lat,
        category=properties["category"],
        severity=_whole_number(properties["severity"], "severity", 1, 5, "severity_range"),
        people=_whole_number(properties["people"], "people", 1, MAX_PEOPLE, "people_range")
        if properties.get("people") is not None
        else None,
        words="" if words is None else clean_text(words, "properties.words", MAX_WORDS),
        needed_since=_past_date(properties.get("needed_since"), captured),
        village=village,
        source=source,
        accuracy_m=_accuracy(properties.get("accuracy_m")),
        captured_at=captured,
        photos=parse_announced(properties.get("photos")),
        recordings=parse_announced(
            properties.get("recordings"), "properties.recordings", "recording_list", MAX_RECORDINGS, MAX_RECORDING_BYTES
        ),
    )


def _whole_number(given: Any, name: str, low: int, high: int, code: str) -> int:
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise Refusal(code, attr=f"properties.{name}")
    return given


def check_village(code: Any, attr: str = "properties.village") -> None:
    ok = isinstance(code, str) and len(code) in (8, 9) and code.isascii() and code.isdigit()
    if not ok or not Area.objects.filter(boundary_set__active=True, level=Level.VILLAGE, code=code).exists():
        raise Refusal("unknown_village", attr=attr, given=str(code)[:40])


def _past_date(given: Any, captured: str | None) -> str | None:
    """A day as its phone counts it: one whose clock runs ahead has counted back from a day that is still to come."""
    if given is None:
        return None
    try:
        day = date.fromisoformat(given) if isinstance(given, str) and len(given) == 10 else None
    except ValueError:
        day = None
    if day is None or day.year < 1900:
        raise Refusal("date_form", attr="properties.needed_since", given=str(given)[:40])
    refuse_buddhist(day.year, "properties.needed_since")
    today = timezone.now().astimezone(BANGKOK).date()
    told = datetime.fromisoformat(captured).astimezone(BANGKOK).date() if captured else today
    if told > today:
        day -= told - today
    if day > today:
        raise Refusal("date_future", attr="properties.needed_since")
    return day.isoformat()


def _moment(given: Any) -> str | None:
    """The phone's clock is a hint and may be years off: only its form is checked."""
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given) if isinstance(given, str) and len(given) <= 40 else None
        if moment is not None and moment.tzinfo is not None and 1970 <= moment.year <= 2200:
            return moment.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        pass
    raise Refusal("time_form", attr="properties.captured_at", given=str(given)[:40])


def _accuracy(given: Any) -> float | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 100_000:
        raise Refusal("accuracy_range", attr="properties.accuracy_m")
    return float(given)


def parse_announced(
    given: Any,
    at: str = "properties.photos",
    code: str = "photo_list",
    most: int = MAX_PHOTOS,
    most_bytes: int = MAX_PHOTO_BYTES,
) -> tuple[Announced, ...]:
    """Photos or recordings that will follow. Raises Refusal `code` with the place."""
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > most:
        raise Refusal(code, attr=at)
    found = []
    for number, photo in enumerate(given):
        attr = f"{at}[{number}]"
        if not isinstance(photo, dict) or set(photo) != {"id", "sha256", "bytes"}:
            raise Refusal(code, attr=attr)
        size, digest = photo["bytes"], photo["sha256"]
        try:
            photo_id = str(UUID(photo["id"])) if isinstance(photo["id"], str) else ""
        except ValueError:
            photo_id = ""
        if (
            not photo_id
            or not (isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest))
            or isinstance(size, bool)
            or not (isinstance(size, int) and 0 < size <= most_bytes)
        ):
            raise Refusal(code, attr=attr)
        found.append(Announced(photo_id, digest, size))
    if len({photo.id for photo in found}) < len(found):
        raise Refusal(code, attr=at)
    return tuple(found)


@transaction.atomic
def report(*, reader: Reader, pin_id: UUID, report: Report, skew_s: int | None = None) -> Outcome:
    """Write a new pin under the id that its phone gave it; the same again is no new row.

    `skew_s` is the phone's clock less ours. Raises Refusal: `pin_differs` where another pin has the id, `not_found`
    where the reader may not even know that, `pin_gone` where it was deleted, `busy` while a boundary set is being
    activated.
    """
    if not BoundarySet.objects.filter(active=True).exists():
        raise Refusal("not_ready")
    whole_village = report.lng is None
    values = asdict(report) | {
        "id": pin_id,
        "lng": report.lng or 0.0,
        "lat": report.lat or 0.0,
        "whole_village": whole_village,
        "author": reader.person_id,
        "checked": reader.person_id is not None and not reader.is_device,
        "unchecked_shown": settings.MEEMAP["anonymous_pins"] == "shown",
        "body_sha256": report.sha256,
        "skew_s": skew_s,
    }
    del values["photos"], values["recordings"]
    if value(query("report"), values) is None:
        return _already_there(reader, pin_id, report)
    try:
        Photo.objects.bulk_create(
            Photo(
                id=photo.id,
                pin_id=pin_id,
                sha256=bytes.fromhex(photo.sha256),
                size_bytes=photo.bytes,
                position=number,
            )
            for number, photo in enumerate(report.photos)
        )
    except IntegrityError as taken:
        raise Refusal("photo_taken", attr="properties.photos") from taken
    try:
        Recording.objects.bulk_create(
            Recording(id=one.id, pin_id=pin_id, sha256=bytes.fromhex(one.sha256), size_bytes=one.bytes)
            for one in report.recordings
        )
    except IntegrityError as taken:
        raise Refusal("photo_taken", attr="properties.recordings") from taken
    return "created"


def _already_there(reader: Reader, pin_id: UUID, report: Report) -> Outcome:
    pin = Pin.objects.only("author_id", "body_sha256", "place_precision").filter(pk=pin_id).first()
    if pin is None:
        raise Refusal("pin_gone", attr="id")
    same = pin.body_sha256 is not None and bytes(pin.body_sha256) == report.sha256
    if reader.person_id is not None and pin.author_id == reader.person_id:
        if same:
            return "same"
        raise Refusal("pin_differs", attr="id")
    face = see(reader, pin_id)
    if face is None:
        raise Refusal("not_found")
    # Somebody else's. A phone that lost its cookie sends its own pin again and must hear that it arrived;
    # but where the exact place is hidden, "same" would answer whoever guesses it.
    if same and pin.place_precision == "exact":
        return "same"
    raise Refusal("pin_taken", attr="id")


def _pin_for(reader: Reader, pin_id: UUID, may: Callable[[Reader, Pin], bool] = may_edit) -> Pin:
    """The pin, locked, if the reader may act on it as an officer; else the refusal that fits."""
    if see(reader, pin_id) is None:
        raise Refusal("not_found")
    pin = Pin.objects.select_for_update(no_key=True).get(pk=pin_id)
    if not may(reader, pin):
        raise Refusal("not_yours")
    return pin


def _append(pin: Pin, reader: Reader, kind: str, **fields: Any) -> Entry:
    return Entry.objects.create(pin=pin, by_id=reader.person_id, kind=kind, **fields)


# -- the life of a need -----------------------------------------------------------------------------


PAPERS = ("plan_item", "amendment", "fiscal_year", "office")


@dataclass(frozen=True, slots=True)
class Papers:
    """What a status means on paper; each is asked for by one status."""

    plan_item: str = ""  # planned: the item of the local development plan
    amendment: int | None = None  # planned: number of the amendment that brought it in, if one did
    fiscal_year: int | None = None  # funded: of the ordinance, Buddhist
    office: int | None = None  # forwarded: who is to answer

    def for_status(self, to: str) -> dict[str, Any]:
        """What the entry keeps. Raises Refusal: `plan_item_missing`, `year_missing`, `office_missing`,
        or `paper_not_asked` for what belongs to another status."""
        given = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        asked = {
            Status.PLANNED: ("plan_item", "amendment"),
            Status.FUNDED: ("fiscal_year",),
            Status.FORWARDED: ("office",),
        }.get(Status(to), ())
        for name in given:
            if name not in asked:
                raise Refusal("paper_not_asked", attr=name, field=name, to=to)
        if to == Status.PLANNED and not self.plan_item:
            raise Refusal("plan_item_missing", attr="plan_item")
        if to == Status.FUNDED and self.fiscal_year is None:
            raise Refusal("year_missing", attr="fiscal_year")
        if to == Status.FORWARDED:
            if self.office is None:
                raise Refusal("office_missing", attr="office")
            if not Office.objects.filter(pk=self.office).exists():
                raise Refusal("office_unknown", attr="office", given=self.office)
        return given


@transaction.atomic
def set_status(*, reader: Reader, pin_id: UUID, to: str, words: str = "", papers: Papers = Papers()) -> Entry:
    """Move a pin along its life, with the words that the villagers will read, in one save.

    Raises Refusal: `status_order` where the database forbids the step, `reason_missing`, `after_photo_missing`
    and those of `Papers`.
    """
    pin = _pin_for(reader, pin_id, may_answer)
    if to == Status.WITHDRAWN:
        raise Refusal("not_yours")  # only its author takes a pin back
    if to == Status.CONFIRMED:
        raise Refusal("confirmed_by_villagers", attr="status")
    return _status_entry(pin, reader, to, words, papers)


def _status_entry(
    pin: Pin, reader: Reader, to: str, words: str, papers: Papers | None = None, detail: dict[str, Any] | None = None
) -> Entry:
    if to not in Status.values or not value("SELECT status_may_follow(%(was)s, %(to)s)", {"was": pin.status, "to": to}):
        raise Refusal("status_order", attr="status", to=to, was=pin.status)
    reopening = value("SELECT is_reopening(%(was)s, %(to)s)", {"was": pin.status, "to": to})
    if (to == Status.CLOSED_WITHOUT_FIX or reopening) and not words.strip():
        raise Refusal("reason_missing", attr="words")
    if papers is not None:
        detail = papers.for_status(to)
    if to == Status.DONE and not _has_after_photo(pin):
        raise Refusal("after_photo_missing", attr="photos")
    return _append(pin, reader, Entry.Kind.STATUS, to_status=to, words=words, detail=detail or {})


def _has_after_photo(pin: Pin) -> bool:
    """A photo of what was done, taken in since the need was last found not to be in order."""
    reopened = pin.entries.filter(kind=Entry.Kind.STATUS, from_status__in=REOPENABLE, to_status=Status.VERIFIED)
    since = reopened.order_by("-pk").values_list("at", flat=True).first()
    photos = Photo.objects.filter(pin=pin, after=True, complete_at__isnull=False)
    return (photos.filter(complete_at__gt=since) if since else photos).exists()


@transaction.atomic
def announce_after_photos(*, reader: Reader, pin_id: UUID, photos: tuple[Announced, ...]) -> None:
    """Photos of what was done; their bytes follow at `/photos/{id}`. The same announcement again changes nothing."""
    pin = _pin_for(reader, pin_id, may_answer)
    known = {str(photo.pk): photo for photo in Photo.objects.filter(pk__in=[photo.id for photo in photos])}
    for photo in photos:
        same = known.get(photo.id)
        if same is not None and (
            same.pin_id != pin.pk or bytes(same.sha256).hex() != photo.sha256 or same.size_bytes != photo.bytes
        ):
            raise Refusal("photo_taken", attr="photos")
    there = Photo.objects.filter(pin=pin).count()
    new = [photo for photo in photos if photo.id not in known]
    if there + len(new) > 3 * MAX_PHOTOS:
        raise Refusal("photo_list", attr="photos")
    Photo.objects.bulk_create(
        Photo(
            id=photo.id,
            pin=pin,
            sha256=bytes.fromhex(photo.sha256),
            size_bytes=photo.bytes,
            position=there + number,
            after=True,
        )
        for number, photo in enumerate(new)
    )


@transaction.atomic
def reply(*, reader: Reader, pin_id: UUID, words: str) -> Entry:
    """Public words without a new status: of the office over its place, or of the one that it was forwarded to."""
    pin = _pin_for(reader, pin_id, may_answer)
    if not words.strip():
        raise Refusal("words_missing", attr="words")
    forwarded = pin.forwarded_to_id if pin.forwarded_to_id in reader.offices else None
    detail = {"office": forwarded} if forwarded else {}
    return _append(pin, reader, Entry.Kind.REPLY, words=words, detail=detail)


@transaction.atomic
def note(*, reader: Reader, pin_id: UUID, words: str) -> Entry:
    """Words for those who answer only; they never become public."""
    pin = _pin_for(reader, pin_id, may_answer)
    if not words.strip():
        raise Refusal("words_missing", attr="words")
    return _append(pin, reader, Entry.Kind.NOTE, words=words, public=False)


@transaction.atomic
def withdraw(*, reader: Reader, pin_id: UUID, words: str = "") -> Entry:
    """The author takes a pin back, as long as nobody has begun to work on it."""
    if see(reader, pin_id) is None:
        raise Refusal("not_found")
    pin = Pin.objects.select_for_update(no_key=True).get(pk=pin_id)
    if reader.person_id is None or pin.author_id != reader.person_id:
        raise Refusal("not_yours")
    return _status_entry(pin, reader, Status.WITHDRAWN, words)


REOPENABLE = (Status.DONE, Status.CLOSED_WITHOUT_FIX)


@transaction.atomic
def give_verdict(*, reader: Reader, pin_id: UUID, confirmed: bool, words: str = "") -> Entry:
    """Those who pinned or said *we have this too* look at what was done: it is confirmed, or reopened with the reason.

    Acts on the lead. Raises Refusal: `not_yours` for anybody else, `nothing_to_confirm` at any other status.
    """
    face = see(reader, pin_id)
    if face is None:
        raise Refusal("not_found")
    lead = Pin.objects.select_for_update(no_key=True).get(pk=face.joined_to or face.id)
    if not has_confirmed(reader.person, lead.pk):
        raise Refusal("not_yours")
    if lead.status not in REOPENABLE or (confirmed and lead.status != Status.DONE):
        raise Refusal("nothing_to_confirm", attr="confirmed", was=lead.status)
    to = Status.CONFIRMED if confirmed else Status.VERIFIED
    return _status_entry(lead, reader, to, words, detail={"verdict": True})


@transaction.atomic
def undo(*, reader: Reader, entry_id: int) -> None:
    """Take back one's own last act on a pin, within the hour: a step of status, a check, a hiding, a joining.

    Raises Refusal: `not_found`, `undo_too_late` where something came after it or the hour is over.
    """
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None or see(reader, entry.pin_id) is None or entry.by_id != reader.person_id:
        raise Refusal("not_found")
    pin = _pin_for(reader, entry.pin_id, may_answer if entry.kind == Entry.Kind.STATUS else may_edit)
    newest = pin.entries.exclude(kind__in=(Entry.Kind.NOTE, Entry.Kind.REPLY)).order_by("-pk").first()
    late = timezone.now() - entry.at > UNDO_WITHIN
    if newest is None or newest.pk != entry.pk or late:
        raise Refusal("undo_too_late")
    if entry.kind == Entry.Kind.STATUS and entry.to_status != Status.WITHDRAWN:
        _append(pin, reader, Entry.Kind.UNDONE, to_status=entry.from_status)
    elif entry.kind == Entry.Kind.CHECKED and not entry.detail.get("was", True):
        Pin.objects.filter(pk=pin.pk).update(checked=False)
        Photo.objects.filter(pin=pin).update(checked=False)
        _append(pin, reader, Entry.Kind.NOTE, words="", public=False, detail={"undone": entry.pk})
    elif entry.kind in (Entry.Kind.HIDDEN, Entry.Kind.SHOWN):
        hide(reader=reader, pin_id=pin.pk, words="", hidden=entry.kind == Entry.Kind.SHOWN)
    elif entry.kind == Entry.Kind.JOINED:
        part(reader=reader, pin_id=pin.pk)
    elif entry.kind == Entry.Kind.PARTED and entry.other_id:
        join(reader=reader, pin_id=pin.pk, lead_id=entry.other_id)
    else:
        raise Refusal("undo_too_late")


# -- more than one of the same need -----------------------------------------------------------------


@transaction.atomic
def confirm(*, reader: Reader, pin_id: UUID) -> bool:
    """“We have this too”: once a person, on the lead. Returns whether it is new."""
    person = reader.person
    face = see(reader, pin_id)
    if face is None:
        raise Refusal("not_found")
    if face.status in (Status.WITHDRAWN, Status.CONFIRMED):
        raise Refusal("need_is_over", attr="status", was=face.status)
    statement = (
        "INSERT INTO confirmation (pin_id, person_id) VALUES (%(lead)s, %(person)s)"
        " ON CONFLICT (pin_id, person_id) DO NOTHING RETURNING id"
    )
    return value(statement, {"lead": face.joined_to or face.id, "person": person}) is not None


def has_confirmed(person_id: int, lead_id: UUID) -> bool:
    """Whether somebody reported this need or said that they have it too, at the lead or at what is joined to it."""
    family = Q(pin_id=lead_id) | Q(pin__joined_to_id=lead_id)
    return Confirmation.objects.filter(family, person_id=person_id).exists()


def without_account(lead_id: UUID) -> int:
    """How many of those who say "we have this" are devices without an account: people, perhaps, but nobody knows."""
    family = Q(pin_id=lead_id) | Q(pin__joined_to_id=lead_id)
    return Confirmation.objects.filter(family, person__is_device=True).values("person_id").distinct().count()


@transaction.atomic
def unconfirm(*, reader: Reader, pin_id: UUID) -> bool:
    """Take back one's own word; what a person reported stays reported. Returns whether there was one."""
    face = see(reader, pin_id)
    if face is None:
        raise Refusal("not_found")
    said = Confirmation.objects.filter(pin_id=face.joined_to or face.id, person_id=reader.person)
    gone, _ = said.exclude(pin__author_id=reader.person).delete()
    return gone > 0


@transaction.atomic
def join(*, reader: Reader, pin_id: UUID, lead_id: UUID, words: str = "") -> Entry:
    """Say that a pin is the same problem as a lead; what was joined to it moves along.

    Both keep author, photos and words. Raises Refusal if the reader's right does not cover both places.
    """
    if pin_id == lead_id:
        raise Refusal("join_itself", attr="joined_to")
    for one in sorted((pin_id, lead_id)):  # one order of locks for everybody
        _pin_for(reader, one)
    target = Pin.objects.get(pk=lead_id)
    lead = target.joined_to_id or target.pk
    if lead == pin_id:
        raise Refusal("join_itself", attr="joined_to")
    if Pin.objects.filter(pk=lead).filter(Q(status=Status.WITHDRAWN) | Q(hidden=True)).exists():
        raise Refusal("join_gone", attr="joined_to")
    followers = list(Pin.objects.filter(joined_to_id=pin_id).order_by("pk").values_list("pk", flat=True))
    _move([pin_id, *followers], lead)
    detail = {"moved": [str(one) for one in followers]}
    return _append(Pin(pk=pin_id), reader, Entry.Kind.JOINED, other_id=lead, words=words, detail=detail)


@transaction.atomic
def part(*, reader: Reader, pin_id: UUID, words: str = "") -> Entry:
    """Undo a join: the pin stands for itself again, and leads again those that came with it."""
    pin = _pin_for(reader, pin_id)
    if pin.joined_to_id is None:
        raise Refusal("not_joined", attr="joined_to")
    was = pin.joined_to_id
    last = pin.entries.filter(kind=Entry.Kind.JOINED).order_by("-pk").first()
    came_along = Pin.objects.filter(pk__in=(last.detail.get("moved", []) if last else []), joined_to_id=was)
    followers = list(came_along.values_list("pk", flat=True))
    _move([pin_id], None)
    _move(followers, pin_id)
    return _append(pin, reader, Entry.Kind.PARTED, other_id=was, words=words)


def _move(pins: list[UUID], lead: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pin SET joined_to_id = %s WHERE id = ANY(%s)", [lead, pins])
        cursor.execute("SET CONSTRAINTS pin_joins_a_lead IMMEDIATE")
        cursor.execute("SET CONSTRAINTS pin_joins_a_lead DEFERRED")


@transaction.atomic
def check(*, reader: Reader, pin_id: UUID) -> Entry:
    """Moderation: this pin and its photos may be seen and counted."""
    pin = _pin_for(reader, pin_id)
    Pin.objects.filter(pk=pin.pk).update(checked=True)
    Photo.objects.filter(pin=pin).update(checked=True)
    return _append(pin, reader, Entry.Kind.CHECKED, detail={"was": pin.checked})


@transaction.atomic
def hide(*, reader: Reader, pin_id: UUID, words: str, hidden: bool = True) -> Entry:
    """Take a pin out of public sight, or bring it back. Nothing is deleted."""
    pin = _pin_for(reader, pin_id)
    Pin.objects.filter(pk=pin.pk).update(hidden=hidden)
    return _append(pin, reader, Entry.Kind.HIDDEN if hidden else Entry.Kind.SHOWN, words=words, public=False)
