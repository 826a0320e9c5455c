"""The sample country into an empty database: areas by the ordinary import, then invented offices, people and pins."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from mapping.errors import Refusal
from mapping.exchange import boundaries, imports, sample
from mapping.models import Area, BoundarySet, Category, Grant, Office, OfficeArea, Person, Pin
from mapping.models.people import UNUSABLE, Role

SEED = 1
BATCH = 20_000
ACCOUNTS = (  # who can be tried out: username, Thai and English name, role, place: an area, or an office
    ("officer58", "เจ้าหน้าที่จังหวัด (ตัวอย่าง)", "Officer of the province", Role.OFFICER, "58"),
    ("officer5801", "เจ้าหน้าที่อำเภอ (ตัวอย่าง)", "Officer of a district", Role.OFFICER, "5801"),
    ("office580101", "เจ้าหน้าที่ อบต. (ตัวอย่าง)", "Officer of a local office", Role.OFFICER, "sample-a580101"),
    ("chief580101", "ปลัด อบต. (ตัวอย่าง)", "Second officer of a local office", Role.OFFICER, "sample-a580101"),
    ("budget58", "เจ้าหน้าที่ อบจ. (ตัวอย่าง)", "Officer of the provincial administration", Role.OFFICER, "sample-p58"),
    ("chief58", "ปลัด อบจ. (ตัวอย่าง)", "Second officer of the provincial administration", Role.OFFICER, "sample-p58"),
    ("head5801", "ผู้ใหญ่บ้าน (ตัวอย่าง)", "Village head", Role.VILLAGE_HEAD, "580101"),
    ("volunteer5801", "อาสาสมัครหมู่บ้าน (ตัวอย่าง)", "Village volunteer", Role.VOLUNTEER, "5801"),
    ("admin", "ผู้ดูแลระบบ (ตัวอย่าง)", "Administrator", Role.ADMINISTRATOR, ""),
)
OFFICE, PROVINCIAL = "sample-a580101", "sample-p58"
OFFICE_COLUMNS = ("code", "kind", "name_th", "name_en", "phone", "email", "line_id", "website", "address")
PIN_COLUMNS = (
    "id, category_id, severity, people, words, needed_since, point, whole_village, village, source, accuracy_m,"
    " captured_at, received_at, author_id, checked, unchecked_shown, joined_to_id"
)


@dataclass(frozen=True, slots=True)
class Made:
    pins: int
    fresh: bool  # False: they were there before


@transaction.atomic
def load(pins: int, *, password: str = "", within: str = "", tell: Callable[[int], None] = lambda done: None) -> Made:
    """Load the sample country, or its part within an area code; if one is there already, do nothing.

    Raises Refusal `sample_on_real` where other boundaries are active: invented needs never
    mix with real ones.
    """
    active = BoundarySet.objects.filter(active=True).first()
    if active is not None and not active.sample:
        raise Refusal("sample_on_real", name=active.name)
    if active is not None:
        if password:
            make_accounts(password)  # those that a newer release brings
        return Made(Pin.objects.count(), fresh=False)
    subdistricts = [area for area in sample.read_subdistricts() if area["code"].startswith(within)]
    made = boundaries.load(sample.SAMPLE_FOLDER / "subdistricts.geojson.gz", within=within, activate=True).boundary_set
    villages = sample.make_villages(subdistricts, SEED)
    boundaries.load_villages(made, ((v.code, v.name_th, v.name_en, v.lng, v.lat) for v in villages))
    figures = sample.make_figures(subdistricts, SEED)
    figures += sample.share_figures(figures, villages, SEED)
    boundaries.load_figures(made, ((f.code, f.population, f.households) for f in figures))
    make_offices(made, villages)
    people = make_people(password)
    ids = dict(Category.objects.order_by("position").values_list("slug", "id"))
    found = sample.make_pins(villages, subdistricts, list(ids), pins, SEED, timezone.now())
    batch: list[sample.SamplePin] = []
    done = 0
    for pin in found:
        batch.append(pin)
        if len(batch) == BATCH:
            done += write(batch, ids, people)
            batch.clear()
            tell(done)
    done += write(batch, ids, people)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tally_fold(), cell_fold(), confirmed_fold(), feed_sequence()")
    return Made(done, fresh=True)


def make_offices(boundary_set: BoundarySet, villages: list[sample.Village]) -> None:
    """The invented offices of the sample province, so that every place there has one that answers."""
    areas = Area.objects.filter(boundary_set=boundary_set).exclude(level="village")
    names = {code: (th, en) for code, th, en in areas.values_list("code", "name_th", "name_en")}
    categories = dict(Category.objects.values_list("slug", "id"))
    for made in sample.make_offices(villages, names):
        about = {name: getattr(made, name) for name in OFFICE_COLUMNS}
        office = Office.objects.create(**about)
        OfficeArea.objects.bulk_create(OfficeArea(office=office, code=code) for code in made.territory)
        office.categories.set([categories[slug] for slug in made.categories])


def make_people(password: str) -> list[int]:
    """Ids of the invented authors; and the accounts that can be tried out, with one password."""
    make_accounts(password)
    authors = [
        Person(username=f"sample-{n}", name=f"ตัวอย่าง {n}", password=UNUSABLE) for n in range(sample.SAMPLE_PEOPLE)
    ]
    return [person.pk for person in Person.objects.bulk_create(authors)]


def make_accounts(password: str) -> None:
    for username, name, _, role, place in ACCOUNTS:
        of_office = place.startswith("sample-")
        office = Office.objects.filter(code=place).first() if of_office else None
        if Person.objects.filter(username=username).exists() or (of_office and office is None):
            continue
        person = Person.objects.create_user(username, password or None, name=name)
        Grant.objects.create(person=person, role=role, area_code=None if of_office else place, office=office)


def accounts() -> list[dict[str, str]]:
    """What the first page of a demo shows: who can be tried out, and the password of all of them."""
    password = settings.MEEMAP["demo_password"]
    known = set(Person.objects.filter(username__in=[row[0] for row in ACCOUNTS]).values_list("username", flat=True))
    return [
        {"username": username, "password": password, "name_th": th.removesuffix(" (ตัวอย่าง)"), "name_en": en}
        for username, th, en, _, _ in ACCOUNTS
        if password and username in known
    ]


def write(batch: list[sample.SamplePin], ids: dict[str, int], people: list[int]) -> int:
    shown = settings.MEEMAP["anonymous_pins"] == "shown"
    officer = Person.objects.get(username=ACCOUNTS[0][0]).pk

    def row(pin: sample.SamplePin) -> tuple[Any, ...]:
        author = None if pin.author is None else people[pin.author]
        return (
            pin.id, ids[pin.category], pin.severity, pin.people, pin.words, pin.needed_since,
            f"SRID=4326;POINT({pin.lng} {pin.lat})", pin.whole_village, pin.village, pin.source, pin.accuracy_m,
            pin.captured_at, pin.received_at, author, author is not None or len(pin.history) > 1, shown,
            pin.joined_to,
        )  # fmt: skip

    imports.copy_in(f"pin ({PIN_COLUMNS})", map(row, batch))
    imports.copy_in(
        "confirmation (pin_id, person_id, at)",
        ((pin.id, people[who], pin.received_at) for pin in batch for who in pin.confirmations if who != pin.author),
    )
    imports.copy_in(
        "entry (pin_id, at, by_id, kind, to_status, words, detail, public)",
        (
            (pin.id, step.at, officer, "status", step.status, step.note_th, json.dumps({}), True)
            for pin in batch
            for step in pin.history
            if step.status != "reported"
        ),
    )
    return len(batch)
