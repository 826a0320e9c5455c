"""Rounds: draft → frozen → decided → published, and amended. Every step as a verb.

Inputs are kept, with the SHA-256 of their bytes, before results are computed; results come from the kept
bytes alone. One officer signs and another decides. What is frozen is never opened again: a change is a new
version with a reason. The database holds the same (`sql/install/0001_rounds.sql`).
"""

import dataclasses
import functools
import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from budget import archive, snapshot, table
from budget.models import Allocation, Delivery, Override, Project, Round, Snapshot
from budget.open_formats import Delivered
from budget.replay import compute
from budget.snapshot import Inputs, Results
from budget.village import Book
from mapping import aggregate, pins
from mapping.access import Reader, acts_for_office, is_administrator, may_see_undecided, public_words
from mapping.errors import Refusal
from mapping.filters import BANGKOK
from mapping.models import Office, Status

MOST_OVERRIDES = 200
STATUS_OF = {"promised": Status.FUNDED, "contracted": Status.IN_PROGRESS, "finished": Status.DONE}
STAGES = tuple(STATUS_OF)
MOST_OF_VILLAGE = 30  # rounds on the page of one village
BOOKS_KEPT = 8  # opened rounds a process keeps: some megabytes each for a province


@dataclass(frozen=True, slots=True)
class Call:
    """What a round asks: set while it is a draft."""

    name_th: str
    name_en: str
    fiscal_year: int
    envelope_baht: int
    rules: dict[str, Any] | None  # None: the default for what is known of the office's villages
    voting_until: datetime | None


# -- reading ------------------------------------------------------------------------------------


def visible(reader: Reader) -> QuerySet[Round]:
    """Rounds with a published version, and those in which anyone is asked to vote; all of one's own office."""
    found = Round.objects.select_related("office").order_by("-fiscal_year", "-created_at", "pk")
    if is_administrator(reader):
        return found
    open_to_all = Q(snapshots__published_at__isnull=False) | Q(voting_until__isnull=False)
    return found.filter(open_to_all | Q(office__in=reader.offices)).distinct()


def find(reader: Reader, round_id: UUID) -> Round:
    found = visible(reader).filter(pk=round_id).first()
    if found is None:
        raise Refusal("not_found")
    return found


def shown(reader: Reader, one: Round) -> Snapshot | None:
    """The version that this reader may see: the newest, or for the public the newest that is published."""
    found = Snapshot.objects.filter(round=one).order_by("-version")
    if not may_see_undecided(reader, one.office_id):
        found = found.filter(published_at__isnull=False)
    return found.first()


def kept(one: Snapshot) -> tuple[bytes, bytes]:
    """Inputs and results as they were frozen.

    Raises Refusal `round_altered` where a byte differs from what was hashed.
    """
    inputs, results = bytes(one.inputs), bytes(one.results or b"")
    for what, body, digest in (("inputs", inputs, one.inputs_sha256), ("results", results, one.results_sha256)):
        if digest is None or hashlib.sha256(body).digest() != bytes(digest):
            raise Refusal("round_altered", what=what)
    return inputs, results


def published(reader: Reader, round_id: UUID) -> tuple[Round, Snapshot]:
    one = find(reader, round_id)
    found = shown(reader, one)
    if found is None:
        raise Refusal("not_found")
    return one, found


def open_to_all(reader: Reader, round_id: UUID) -> tuple[Round, Snapshot]:
    """The newest version that is published, whoever asks: what goes out into the world is the same for everyone."""
    one = find(reader, round_id)
    found = Snapshot.objects.filter(round=one, published_at__isnull=False).order_by("-version").first()
    if found is None:
        raise Refusal("not_found")
    return one, found


# -- of one village -----------------------------------------------------------------------------


def of_village(code: str) -> list[Snapshot]:
    """The newest published version of each round that was decided with this village, newest first.

    The same for everyone, with the bytes left in the table. A village is in all versions of a round or in none.
    """
    newest = Snapshot.objects.filter(published_at__isnull=False, villages__contains=[code])
    found = newest.order_by("round", "-version").distinct("round").values("pk")
    return list(
        Snapshot.objects.filter(pk__in=found)
        .select_related("round__office")
        .defer("inputs", "results", "villages")
        .order_by("-round__fiscal_year", "-published_at", "pk")[:MOST_OF_VILLAGE]
    )


def book_of(one: Snapshot) -> Book:
    """A version opened for looking up villages. Its digest names it, so that it is opened once a process."""
    return _book(one.pk, bytes(one.results_sha256 or b""))


@functools.lru_cache(maxsize=BOOKS_KEPT)
def _book(pk: int, _results_sha256: bytes) -> Book:
    inputs, results = kept(Snapshot.objects.get(pk=pk))
    return Book.of(Inputs.from_bytes(inputs), Results.from_bytes(results))


def packed(reader: Reader, round_id: UUID) -> bytes:
    """The file by which anyone recomputes the round."""
    one, found = published(reader, round_id)
    inputs, results = kept(found)
    return archive.pack(
        inputs,
        results,
        name_th=one.name_th,
        name_en=one.name_en,
        fiscal_year=one.fiscal_year,
        version=found.version,
        sample=aggregate.sample(),
    )


# -- draft --------------------------------------------------------------------------------------


def _own(reader: Reader, round_id: UUID, *phases: str) -> Round:
    """The round, locked, for an officer of its office, in one of these phases."""
    find(reader, round_id)
    one = Round.objects.select_for_update().get(pk=round_id)
    if not acts_for_office(reader, one.office_id):
        raise Refusal("not_yours")
    if one.phase not in phases:
        raise Refusal("round_not_frozen" if one.phase == "draft" else "round_phase", phase=one.phase)
    return one


def _columns(office: int, call: Call) -> dict[str, Any]:
    rules = table.default_rules(office).document() if call.rules is None else call.rules
    checked = snapshot.Rules.read(rules, "rules").document()
    return dataclasses.asdict(call) | {"rules": checked}


@transaction.atomic
def open_round(*, reader: Reader, round_id: UUID, office: int, call: Call) -> tuple[Round, bool]:
    """A draft under the id that the browser made. Raises Refusal: `not_yours`, `round_taken`."""
    if not acts_for_office(reader, office):
        raise Refusal("not_yours" if Office.objects.filter(pk=office).exists() else "not_found")
    there = Round.objects.filter(pk=round_id).first()
    if there is not None:
        if there.office_id != office:
            raise Refusal("round_taken", attr="id")
        return there, False
    try:
        with transaction.atomic():
            return Round.objects.create(pk=round_id, office_id=office, **_columns(office, call)), True
    except IntegrityError as taken:
        raise Refusal("round_taken", attr="id") from taken


@transaction.atomic
def change(*, reader: Reader, round_id: UUID, call: Call) -> Round:
    """Other rules, envelope or voting, while nothing is frozen. Raises Refusal `round_frozen` afterwards."""
    find(reader, round_id)
    one = Round.objects.select_for_update().get(pk=round_id)
    if not acts_for_office(reader, one.office_id):
        raise Refusal("not_yours")
    if one.phase != "draft":
        raise Refusal("round_frozen")
    Round.objects.filter(pk=round_id).update(**_columns(one.office_id, call))
    return find(reader, round_id)


# -- looking, for its own officers --------------------------------------------------------------


def _for_office(reader: Reader, round_id: UUID) -> Round:
    one = find(reader, round_id)
    if not acts_for_office(reader, one.office_id):
        raise Refusal("not_yours")
    return one


def board(reader: Reader, round_id: UUID) -> tuple[Inputs, Refusal | None]:
    """What the round is, or would be, decided from, and what still stands in the way of freezing it. No results."""
    one = _for_office(reader, round_id)
    if one.phase != "draft":
        return Inputs.from_bytes(kept(Snapshot.objects.get(round=one, version=one.version))[0]), None
    try:
        return table.round_inputs(one, seed=""), None
    except Refusal as missing:
        return table.gathered(one, seed=""), missing


def scenario(reader: Reader, round_id: UUID, *, rules: dict[str, Any], envelope_baht: int | None) -> Results:
    """What other rules would have made of the frozen inputs. Nothing is kept, and the round stays as it is.

    Raises Refusal `round_not_frozen` before: rules are not chosen by what they give.
    """
    one = _for_office(reader, round_id)
    if one.phase == "draft":
        raise Refusal("round_not_frozen")
    inputs = Inputs.from_bytes(kept(Snapshot.objects.get(round=one, version=one.version))[0])
    changed = dataclasses.replace(inputs, rules=snapshot.Rules.read(rules, "rules"))
    if envelope_baht is not None:
        changed = dataclasses.replace(changed, round=dataclasses.replace(changed.round, envelope_baht=envelope_baht))
    return compute(changed)


# -- freezing -----------------------------------------------------------------------------------


def _keep(one: Round, inputs: Inputs, *, phase: str, reader: Reader, reason: str = "") -> Snapshot:
    """Keep the bytes, then compute from what was kept. Nobody sees results before this commits."""
    body = inputs.to_bytes()
    made = Snapshot.objects.create(
        round=one,
        version=one.version + 1,
        inputs=body,
        inputs_sha256=hashlib.sha256(body).digest(),
        reason=reason,
        frozen_by_id=reader.person,
    )
    made.refresh_from_db()
    found = compute(Inputs.from_bytes(bytes(made.inputs)))
    results = found.to_bytes()
    Snapshot.objects.filter(pk=made.pk).update(
        results=results, results_sha256=hashlib.sha256(results).digest(), amended=found.amended or made.version > 1
    )
    Round.objects.filter(pk=one.pk).update(phase=phase, version=made.version)
    return Snapshot.objects.get(pk=made.pk)


@transaction.atomic
def freeze(*, reader: Reader, round_id: UUID) -> Snapshot:
    """Rules, candidates and tables become bytes with a hash; from then on results can be seen.

    Raises Refusal: `round_frozen`, `round_no_projects`, `round_unjudged`, `round_no_villages`, and all of
    `snapshot.check`'s and the rules' own (`floors_above_pot` …).
    """
    find(reader, round_id)
    one = Round.objects.select_for_update().get(pk=round_id)
    if not acts_for_office(reader, one.office_id):
        raise Refusal("not_yours")
    if one.phase != "draft":
        raise Refusal("round_frozen")
    return _keep(one, table.round_inputs(one, seed=secrets.token_hex(16)), phase="frozen", reader=reader)


@transaction.atomic
def amend(
    *,
    reader: Reader,
    round_id: UUID,
    reason: str,
    overrides: tuple[snapshot.Override, ...],
    envelope_baht: int | None = None,
) -> Snapshot:
    """A new version of what is frozen, with a reason: projects taken in or out by hand, another envelope.

    `overrides` are all that hold from now on. Everything else stays as it was frozen. Two people decide anew.
    """
    one = _own(reader, round_id, "frozen", "decided", "published", "amended")
    if not reason.strip():
        raise Refusal("reason_missing", attr="reason")
    newest = Snapshot.objects.get(round=one, version=one.version)
    inputs = Inputs.from_bytes(kept(newest)[0])
    names = [o.project for o in overrides]
    if len(set(names)) < len(names) or not set(names) <= {p.id for p in inputs.projects}:
        raise Refusal("round_overrides", attr="overrides")
    reason, *reasons = public_words(reason, *(o.reason for o in overrides))
    overrides = tuple(dataclasses.replace(o, reason=said) for o, said in zip(overrides, reasons, strict=True))
    changed = dataclasses.replace(inputs, overrides=overrides)
    if envelope_baht is not None:
        changed = dataclasses.replace(changed, round=dataclasses.replace(changed.round, envelope_baht=envelope_baht))
    made = _keep(one, changed, phase="amended", reader=reader, reason=reason)
    Override.objects.bulk_create(
        Override(snapshot=made, project_id=o.project, action=o.action, reason=o.reason, by_id=reader.person)
        for o in overrides
    )
    return made


# -- deciding -----------------------------------------------------------------------------------


def _now_standing(one: Round, results_sha256: str) -> Snapshot:
    """The newest version, locked, if it is the one that the person has looked at."""
    found = Snapshot.objects.select_for_update().get(round=one, version=one.version)
    kept(found)
    if found.results_sha256 is None or bytes(found.results_sha256).hex() != results_sha256:
        raise Refusal("round_other_results", attr="results_sha256")
    return found


@transaction.atomic
def sign(*, reader: Reader, round_id: UUID, results_sha256: str) -> Snapshot:
    """The first of two people. Raises Refusal: `round_phase`, `round_other_results`, `round_signed`."""
    one = _own(reader, round_id, "frozen", "amended")
    found = _now_standing(one, results_sha256)
    if found.signed_at is not None:
        raise Refusal("round_signed")
    Snapshot.objects.filter(pk=found.pk).update(signed_by=reader.person, signed_at=timezone.now())
    found.refresh_from_db()
    return found


@transaction.atomic
def decide(*, reader: Reader, round_id: UUID, results_sha256: str) -> Snapshot:
    """The second of two people: the results become the decision, a row a project, never above the pot.

    Raises Refusal: `round_phase`, `round_other_results`, `round_not_signed`, `round_same_person`,
    `round_above_pot`.
    """
    one = _own(reader, round_id, "frozen", "amended")
    found = _now_standing(one, results_sha256)
    if found.signed_at is None or found.signed_by_id is None:
        raise Refusal("round_not_signed")
    if found.signed_by_id == reader.person:
        raise Refusal("round_same_person")
    frozen, computed = kept(found)
    inputs, results = Inputs.from_bytes(frozen), Results.from_bytes(computed)
    cost = {p.id: p.cost_baht for p in inputs.projects}
    try:
        with transaction.atomic():
            Allocation.objects.bulk_create(
                Allocation(
                    snapshot=found,
                    project_id=o.project,
                    pot=o.pot,
                    baht=cost[o.project] if o.funded else 0,
                    bought=o.order,
                    reserve_place=o.reserve_place,
                    missing_baht=o.missing_baht,
                )
                for o in results.projects
            )
    except IntegrityError as above:
        raise Refusal("round_above_pot") from above
    Snapshot.objects.filter(pk=found.pk).update(decided_by=reader.person, decided_at=timezone.now())
    Round.objects.filter(pk=one.pk).update(phase="decided")
    found.refresh_from_db()
    return found


@transaction.atomic
def publish(*, reader: Reader, round_id: UUID) -> Snapshot:
    """Show the decision to everyone, with the files to recompute it."""
    one = _own(reader, round_id, "decided")
    found = Snapshot.objects.select_for_update().get(round=one, version=one.version)
    kept(found)
    Snapshot.objects.filter(pk=found.pk).update(published_at=timezone.now())
    Round.objects.filter(pk=one.pk).update(phase="published")
    found.refresh_from_db()
    return found


# -- delivery -----------------------------------------------------------------------------------


@transaction.atomic
def deliver(
    *, reader: Reader, round_id: UUID, project_id: UUID, stage: str, baht: int, on: date, words: str
) -> tuple[Delivery, list[dict[str, Any]]]:
    """Say that a funded project is promised, contracted or finished; the needs' timelines say so too.

    Returns the row, and of each need its new status or the code of the refusal that kept it where it was.

    Raises Refusal: `delivery_not_funded`, `delivery_there`, `delivery_order`, and `after_photo_missing`:
    nothing is finished without a photo of it at every need.
    """
    one = _own(reader, round_id, "published")
    newest = Snapshot.objects.get(round=one, version=one.version)
    if not Allocation.objects.filter(snapshot=newest, project=project_id, baht__gt=0).exists():
        raise Refusal("delivery_not_funded", attr="project")
    there = set(Delivery.objects.filter(round=one, project=project_id).values_list("stage", flat=True))
    if stage in there:
        raise Refusal("delivery_there", attr="stage")
    if not set(STAGES[: STAGES.index(stage)]) <= there:
        raise Refusal("delivery_order", attr="stage")
    made = Delivery.objects.create(
        round=one,
        project_id=project_id,
        stage=stage,
        baht=baht,
        on=on,
        words=public_words(words)[0],
        by_id=reader.person,
    )
    project = Project.objects.get(pk=project_id)
    said = []
    for pin in project.needs.order_by("pin").values_list("pin", flat=True):  # in one order: each locks its pin
        said.append({"id": str(pin), **_tell(reader, pin, stage, one.fiscal_year, words)})
    return made, said


def delivered(one: Round, of: Snapshot) -> dict[str, Delivered]:
    """How far each funded project of a version is. Raises Refusal `round_nothing_funded`."""
    said: dict[UUID, dict[str, tuple[date, int]]] = {}
    newest: dict[UUID, datetime] = {}
    for row in one.deliveries.order_by("at", "pk"):
        said.setdefault(row.project_id, {})[row.stage] = (row.on, row.baht)
        newest[row.project_id] = row.at
    funded = Allocation.objects.filter(snapshot=of, baht__gt=0).select_related("project")
    if not funded:
        raise Refusal("round_nothing_funded")
    since = of.published_at or of.frozen_at
    return {
        str(given.project_id): Delivered(
            objective=given.project.objective,
            stages=said.get(given.project_id, {}),
            updated=newest.get(given.project_id, since).astimezone(BANGKOK),
        )
        for given in funded
    }


def _tell(reader: Reader, pin: UUID, stage: str, year: int, words: str) -> dict[str, Any]:
    to = STATUS_OF[stage]
    papers = pins.Papers(fiscal_year=year) if to == Status.FUNDED else pins.Papers()
    try:
        with transaction.atomic():
            pins.set_status(reader=reader, pin_id=pin, to=to, words=words, papers=papers)
    except Refusal as refusal:
        if refusal.code == "after_photo_missing":
            raise
        return {"status": None, "code": refusal.code}  # such as a need that was closed meanwhile
    return {"status": str(to), "code": None}
