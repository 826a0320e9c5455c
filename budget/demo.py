"""Invented projects for the sample country, and one published round: what the pages show before anyone has decided.

Made by the same verbs that officers use, so that nothing in it could not have come about by hand.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from budget import projects, rounds
from budget.models import PLAN_YEARS, Round
from budget.projects import Plan
from mapping import aggregate
from mapping.access import Reader
from mapping.exchange import demo
from mapping.models import Category, Office, Person, PinPublic
from mapping.models.pins import UNMET

FIRST_YEAR = 2571  # of the plan 2571 to 2575
SPACE = uuid.UUID("6d65656d-6170-4000-8000-000000000000")  # ids of the sample are made from names, so that they stay
MOST_NEEDS = 6
MOST_PROJECTS = 40
FUNDED_PERCENT = 45  # of what is asked for in the first year
STRATEGY = "ยุทธศาสตร์ด้านคุณภาพชีวิตและโครงสร้างพื้นฐาน"


@dataclass(frozen=True, slots=True)
class Kind:
    """A project that answers needs of one category: name, output and baht a village."""

    th: str
    en: str
    output: str
    baht: int


KINDS = {
    "water_supply": Kind("ปรับปรุงระบบประปาหมู่บ้าน", "Improve village water supply", "ระบบประปาหมู่บ้าน {n} แห่ง", 480_000),
    "farm_water": Kind("ขุดลอกลำเหมืองและฝาย", "Dredge canals and weirs", "ลำเหมืองและฝาย {n} แห่ง", 350_000),
    "flood": Kind("ก่อสร้างรางระบายน้ำ", "Build drains", "รางระบายน้ำ {n} แห่ง", 420_000),
    "road": Kind("ซ่อมสร้างถนนคอนกรีตเสริมเหล็ก", "Rebuild concrete roads", "ถนน {n} สาย", 650_000),
    "street_light": Kind("ติดตั้งไฟทางพลังงานแสงอาทิตย์", "Install solar street lights", "ไฟทาง {n} จุด", 120_000),
    "signal": Kind("จัดจุดบริการอินเทอร์เน็ตสาธารณะ", "Open public internet points", "จุดบริการ {n} แห่ง", 90_000),
    "health": Kind("จัดรถรับส่งผู้ป่วย", "Run patient transport", "รถรับส่ง {n} คัน", 260_000),
    "school": Kind("ปรับปรุงศูนย์พัฒนาเด็กเล็ก", "Improve child care centres", "ศูนย์ {n} แห่ง", 380_000),
    "public_space": Kind("ปรับปรุงศาลาและลานกีฬา", "Improve halls and playing fields", "ศาลาและลานกีฬา {n} แห่ง", 240_000),
    "hazard": Kind("จัดทำแนวกันไฟและป้องกันตลิ่งพัง", "Make fire breaks and protect banks", "จุดเสี่ยงภัย {n} จุด", 300_000),
    "waste": Kind("จัดระบบคัดแยกขยะ", "Set up waste sorting", "จุดคัดแยก {n} จุด", 110_000),
    "farming": Kind("ส่งเสริมอาชีพเกษตรกรรม", "Support farming", "กลุ่มเกษตรกร {n} กลุ่ม", 150_000),
    "income": Kind("พัฒนาตลาดชุมชน", "Develop village markets", "ตลาดชุมชน {n} แห่ง", 170_000),
}  # fmt: skip


def load() -> bool:
    """Projects and a published round of the provincial administration, and a draft of a local office.

    Returns whether anything was made. Without the sample's accounts nothing is.
    """
    return _provincial() | _local()


def _officers(code: str) -> list[Reader]:
    found = Person.objects.filter(grants__office__code=code, username__in=[row[0] for row in demo.ACCOUNTS])
    return [Reader.of(person) for person in found.order_by("pk").distinct()]


@transaction.atomic
def _provincial() -> bool:
    made = _round(demo.PROVINCIAL, "รอบจัดสรรงบประมาณ ปี 2571 (ตัวอย่าง)", "Budget round 2028 (sample)", digits=4)
    if made is None:
        return False
    one, (first, second, *_) = made
    frozen = rounds.freeze(reader=first, round_id=one.pk)
    digest = bytes(frozen.results_sha256 or b"").hex()
    rounds.sign(reader=first, round_id=one.pk, results_sha256=digest)
    rounds.decide(reader=second, round_id=one.pk, results_sha256=digest)
    rounds.publish(reader=second, round_id=one.pk)
    funded = frozen.allocations.filter(baht__gt=0).order_by("bought").values_list("project", "baht")
    for number, (project, baht) in enumerate(funded[:4]):
        for stage in ("promised", "contracted")[: 1 + number % 2]:
            rounds.deliver(
                reader=first, round_id=one.pk, project_id=project, stage=stage, baht=baht, on=date(2026, 11, 2),
                words="ตัวอย่างการรายงานผล",
            )  # fmt: skip
    return True


@transaction.atomic
def _local() -> bool:
    return _round(demo.OFFICE, "รอบจัดสรร อบต. ปี 2571 (ตัวอย่าง)", "Local round 2028 (sample)", digits=8) is not None


def _round(code: str, th: str, en: str, *, digits: int) -> tuple[Round, list[Reader]] | None:
    office = Office.objects.filter(code=code).first()
    officers = _officers(code)
    if office is None or len(officers) < 2 or Round.objects.filter(pk=uuid.uuid5(SPACE, code)).exists():
        return None
    asked = _propose(office, officers[0], digits)
    if not asked:
        return None
    call = rounds.Call(
        name_th=th, name_en=en, fiscal_year=FIRST_YEAR, envelope_baht=asked * FUNDED_PERCENT // 100 // 1000 * 1000,
        rules=None, voting_until=None,
    )  # fmt: skip
    one, _ = rounds.open_round(reader=officers[0], round_id=uuid.uuid5(SPACE, code), office=office.pk, call=call)
    return one, officers


def _propose(office: Office, reader: Reader, digits: int) -> int:
    """Projects for needs of one category in one area each. Returns the baht asked for in the first year."""
    people = {row["code"]: row["population"] or 0 for row in projects.villages_of(office.pk)}
    work_plan = dict(Category.objects.values_list("slug", "plan_work_th"))
    groups: dict[tuple[str, str], list[tuple[PinPublic, str]]] = {}
    needs = PinPublic.objects.filter(
        counts=True, village_source="chosen", village__in=list(people), category__in=list(KINDS),
        status__in=[str(status) for status in UNMET], joined_to=None,
    ).order_by("-severity", "-people_band", "number")  # fmt: skip
    for need in needs:
        village = need.village or ""
        kept = groups.setdefault((need.category, village[:digits]), [])
        if len(kept) < MOST_NEEDS and people[village]:
            kept.append((need, village))
    greatest = sorted(groups.items(), key=lambda item: (-_weight(item[1]), item[0]))[:MOST_PROJECTS]
    names = aggregate.names_of(sorted({code for (_, code), _ in greatest}))
    asked = 0
    for number, ((category, code), chosen) in enumerate(greatest):
        if not chosen:
            continue
        plan = _plan(number, category, names.get(code, {"th": code, "en": code}), chosen, people, work_plan, digits)
        project = uuid.uuid5(SPACE, f"{office.code} {category} {code}")
        projects.propose(reader=reader, project_id=project, office=office.pk, plan=plan)
        feasible = number % 13 != 12
        reason = "ตรวจแบบและพื้นที่แล้ว (ตัวอย่าง)" if feasible else "ที่ดินยังไม่ได้รับอนุญาตให้ใช้ (ตัวอย่าง)"
        projects.judge(
            reader=reader, project_id=project, feasibility="feasible" if feasible else "not_feasible", reason=reason
        )
        asked += plan.year_baht[0]
    return asked


def _weight(needs: Iterable[tuple[PinPublic, str]]) -> int:
    return sum(need.severity * need.people_band for need, _ in needs)


def _plan(
    number: int,
    category: str,
    name: dict[str, str],
    needs: Sequence[tuple[PinPublic, str]],
    people: dict[str, int],
    work_plan: dict[str, str],
    digits: int,
) -> Plan:
    kind = KINDS[category]
    codes = sorted({village for _, village in needs})
    cost = kind.baht * len(codes) // 10_000 * 10_000
    years = [0] * PLAN_YEARS
    # Most in the first year; some over two years, some later: as plans are.
    if number % 5 == 4:
        years[1 + number % 3] = cost
    elif number % 5 == 3:
        years[0], years[1] = cost // 20_000 * 10_000, cost - cost // 20_000 * 10_000
    else:
        years[0] = cost
    level_th, level_en = ("อ.", " District") if digits == 4 else ("", "")
    said: dict[str, Any] = {"output": kind.output.format(n=len(codes))}
    return Plan(
        proposed_by=("officer", "village", "civil_society", "business")[number % 4] if number % 3 else "officer",
        state="proposed",
        code=f"{FIRST_YEAR}-{number + 1:02d}",
        name_th=f"{kind.th} {level_th}{name['th']} (ตัวอย่าง)",
        name_en=f"{kind.en}, {name['en']}{level_en} (sample)",
        objective="เพื่อแก้ปัญหาที่ชาวบ้านแจ้งไว้บนแผนที่",
        indicator=f"ครัวเรือนใน {len(codes)} หมู่บ้านได้รับประโยชน์",
        expected_result="ชาวบ้านยืนยันว่าปัญหาได้รับการแก้ไข",
        strategy=STRATEGY,
        work_plan=work_plan.get(category) or "",
        first_year=FIRST_YEAR,
        year_baht=tuple(years),
        needs=tuple(need.id for need, _ in needs),
        villages=tuple((code, max(1, people[code] * 2 // 5)) for code in codes),
        **said,
    )
