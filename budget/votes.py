"""Votes of people and hands of meetings for the projects of a round. The two are never added up."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from budget import rounds, table
from budget.models import MeetingTally, MeetingTallyLine, Project, Round, Vote
from budget.projects import villages_of
from mapping.access import Reader, may_hold_meeting, may_read_sheet, may_see_undecided
from mapping.errors import Refusal
from mapping.images import clean_image
from mapping.meetings import SHEET_SIDE_PX
from mapping.photos import keep


def is_voting(one: Round) -> bool:
    """While a round is a draft and its last day has not come."""
    return one.phase == "draft" and one.voting_until is not None and one.voting_until > timezone.now()


def listed(reader: Reader, one: Round) -> list[Project]:
    """The round's projects in an order that is random, and always the same for one person: no place is the best."""
    if not is_voting(one) and not may_see_undecided(reader, one.office_id) and rounds.shown(reader, one) is None:
        raise Refusal("not_found")

    def place(project: Project) -> bytes:
        return hashlib.sha256(f"{one.pk} {reader.person_id or ''} {project.pk}".encode()).digest()

    return sorted(table.candidates_of(one), key=place)


def mine(reader: Reader, one: Round) -> set[UUID]:
    if reader.person_id is None:
        return set()
    return set(Vote.objects.filter(round=one, person=reader.person_id).values_list("project", flat=True))


def counted(one: Round) -> dict[UUID, int]:
    """Votes of each project."""
    return dict(Vote.objects.filter(round=one).values_list("project").annotate(n=Count("pk")))


def _open(reader: Reader, round_id: UUID, project_id: UUID) -> Round:
    """The round, locked against freezing, if it takes votes for this project."""
    rounds.find(reader, round_id)
    one = Round.objects.select_for_update(no_key=True, of=("self",)).get(pk=round_id)
    if not is_voting(one):
        raise Refusal("round_not_voting")
    if project_id not in {project.pk for project in table.candidates_of(one)}:
        raise Refusal("not_found")
    return one


@transaction.atomic
def vote(*, reader: Reader, round_id: UUID, project_id: UUID) -> bool:
    """One for this project; the same again is no second one. Returns whether it is new."""
    one = _open(reader, round_id, project_id)
    try:
        with transaction.atomic():
            Vote.objects.create(round=one, project_id=project_id, person_id=reader.person)
    except IntegrityError:
        return False
    return True


@transaction.atomic
def unvote(*, reader: Reader, round_id: UUID, project_id: UUID) -> None:
    one = _open(reader, round_id, project_id)
    Vote.objects.filter(round=one, project=project_id, person=reader.person).delete()


# -- meetings -----------------------------------------------------------------------------------


def tallies(one: Round) -> list[MeetingTally]:
    return list(MeetingTally.objects.filter(round=one).prefetch_related("lines").order_by("village"))


@transaction.atomic
def hold(
    *, reader: Reader, round_id: UUID, village: str, held_on: date, people_present: int, hands: dict[UUID, int]
) -> tuple[MeetingTally, bool]:
    """The hands of one village's meeting, entered whole; sent again, they take the place of those before.

    Raises Refusal: `not_found` and `not_yours` by place, `round_frozen`, `tally_lines`.
    """
    rounds.find(reader, round_id)
    one = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    if village not in {row["code"] for row in villages_of(one.office_id)}:
        raise Refusal("not_found")
    if not may_hold_meeting(reader, village):
        raise Refusal("not_yours")
    if one.phase != "draft":
        raise Refusal("round_frozen")
    known = {project.pk for project in table.candidates_of(one)}
    if not hands or not set(hands) <= known or any(n > people_present for n in hands.values()):
        raise Refusal("tally_lines", attr="lines")
    made, new = MeetingTally.objects.update_or_create(
        round=one,
        village=village,
        defaults={"held_on": held_on, "people_present": people_present, "by_id": reader.person, "at": timezone.now()},
    )
    MeetingTallyLine.objects.filter(tally=made).delete()
    MeetingTallyLine.objects.bulk_create(
        MeetingTallyLine(tally=made, project_id=project, hands=n) for project, n in hands.items()
    )
    return made, new


def sheet_path(one: MeetingTally, sha256: bytes) -> Path:
    name = f"{one.round_id}.{one.village}.{sha256.hex()[:16]}.jpg"
    return Path(settings.MEDIA_ROOT) / "round-meetings" / str(one.round_id)[-2:] / name


def _tally(reader: Reader, round_id: UUID, village: str) -> MeetingTally:
    found = MeetingTally.objects.filter(Q(round=rounds.find(reader, round_id)), village=village).first()
    if found is None:
        raise Refusal("not_found")
    return found


def receive_sheet(*, reader: Reader, round_id: UUID, village: str, raw: bytes) -> bool:
    """Keep a photo of the signed sheet; a later one takes its place. Returns whether it is another one."""
    found = _tally(reader, round_id, village)
    if not may_hold_meeting(reader, village):
        raise Refusal("not_yours")
    digest = hashlib.sha256(raw).digest()
    before = found.sheet_sha256 and bytes(found.sheet_sha256)
    if before == digest:
        return False
    keep(sheet_path(found, digest), clean_image(raw, max_side_px=SHEET_SIDE_PX).jpeg)
    MeetingTally.objects.filter(pk=found.pk).update(sheet_sha256=digest)  # the file first
    if before:
        sheet_path(found, before).unlink(missing_ok=True)
    return True


def find_sheet(*, reader: Reader, round_id: UUID, village: str) -> Path:
    """Names and signatures stand on it: for officers over the village, as with other meetings."""
    found = _tally(reader, round_id, village)
    if found.sheet_sha256 is None or not may_read_sheet(reader, village):
        raise Refusal("not_found")
    return sheet_path(found, bytes(found.sheet_sha256))


def told(one: MeetingTally) -> dict[str, Any]:
    return {
        "village": one.village,
        "held_on": one.held_on.isoformat(),
        "people_present": one.people_present,
        "sheet": one.sheet_sha256 is not None,
        "lines": [
            {"project": str(line.project_id), "hands": line.hands}
            for line in sorted(one.lines.all(), key=lambda line: (-line.hands, str(line.project_id)))
        ],
    }
