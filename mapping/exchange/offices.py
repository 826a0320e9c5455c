"""Offices come in by file: who they are, how to reach them, what they answer for, and where.

One row an office. `territory` lists villages or areas by code; `categories` by name, empty for
an office that answers for everything.
"""

import json
from typing import Any

from django.db import connection

from mapping.errors import Refusal
from mapping.exchange import columns, imports
from mapping.exchange.columns import Column
from mapping.models import Category, Grant, Import, Office
from mapping.queries import query, rows

LOCAL = (Office.Kind.SUBDISTRICT, Office.Kind.MUNICIPALITY)  # no village belongs to two of these

KINDS = {
    Office.Kind.SUBDISTRICT: ("อบต.", "องค์การบริหารส่วนตำบล", "SAO"),
    Office.Kind.MUNICIPALITY: ("เทศบาล", "เทศบาลตำบล", "เทศบาลเมือง", "เทศบาลนคร", "ทต.", "ทม.", "ทน."),
    Office.Kind.PROVINCIAL: ("อบจ.", "องค์การบริหารส่วนจังหวัด", "PAO"),
    Office.Kind.DISTRICT: ("ที่ว่าการอำเภอ", "อำเภอ", "สำนักงานเขต"),
    Office.Kind.PROVINCE: ("จังหวัด", "สำนักงานจังหวัด"),
    Office.Kind.AGENCY: ("หน่วยงาน", "ส่วนราชการ", "รัฐวิสาหกิจ"),
}


def category_words() -> dict[str, tuple[str, str]]:
    return {slug: (th, en) for slug, th, en in Category.objects.values_list("slug", "name_th", "name_en")}


def as_slug(cell: Any) -> str:
    """A category by its slug; whether there is one is checked against the database later."""
    return columns.text(100)(cell)


COLUMNS = (
    Column("code", "รหัสหน่วยงาน", "office code", columns.text(32), required=True, example="6580101",
           aliases=("office_code", "dla_code", "รหัส อปท.", "รหัส")),
    Column("kind", "ประเภท", "kind", columns.choice(KINDS), required=True, example="subdistrict_administration",
           aliases=("type", "ประเภท อปท.")),
    Column("name_th", "ชื่อหน่วยงาน", "Thai name", columns.name, required=True, example="อบต.ตัวอย่าง",
           aliases=("name", "ชื่อ", "ชื่อ อปท.")),
    Column("name_en", "ชื่อภาษาอังกฤษ", "English name", columns.name, example="Tua Yang SAO"),
    Column("phone", "โทรศัพท์", "telephone", columns.text(60), example="0 0000 0000",
           aliases=("tel", "เบอร์โทร")),
    Column("email", "อีเมล", "e-mail", columns.email, example="office@example.org", aliases=("mail",)),
    Column("line_id", "LINE", "LINE", columns.text(60), example="@example", aliases=("line", "ไลน์")),
    Column("website", "เว็บไซต์", "website", columns.website, example="https://example.org", aliases=("web", "url")),
    Column("address", "ที่อยู่", "address", columns.text(400), example="หมู่ที่ 1 ต.ตัวอย่าง"),
    Column("categories", "เรื่องที่รับผิดชอบ", "categories answered for",
           columns.several(as_slug, spaces=False), example="road street_light"),
    Column("territory", "พื้นที่รับผิดชอบ", "territory",
           columns.several(columns.area_code(2, 4, 6, 8, 9)), required=True, example="58010103 58010104",
           aliases=("villages", "areas", "หมู่บ้าน", "พื้นที่")),
)  # fmt: skip
FIELDS = ("kind", "name_th", "name_en", "phone", "email", "line_id", "website", "address")


def whole(code: str) -> dict[str, Any] | None:
    """An office as it stands, territory and categories included; None if it is not there."""
    found = rows(query("office_whole"), {"code": code})
    return json.loads(found[0]["office"]) if found else None


def write(code: str, about: dict[str, Any]) -> None:
    """Make an office exactly this. Its own row stays, so that grants on it do too."""
    office, _ = Office.objects.update_or_create(code=code, defaults={name: about[name] or "" for name in FIELDS})
    with connection.cursor() as cursor:
        cursor.execute(query("office_territory"), {"office": office.pk, "codes": about["territory"]})
        cursor.execute(query("office_categories"), {"office": office.pk, "slugs": about["categories"]})


def known_slugs(given: list[str], slugs: dict[str, str]) -> tuple[set[str], list[str]]:
    """Categories by slug or name. A name may hold spaces; slugs may be parted by them."""
    found, unknown = set(), []
    for piece in given:
        if columns.key_of(piece) in slugs:
            found.add(slugs[columns.key_of(piece)])
            continue
        for word in piece.split():
            if columns.key_of(word) in slugs:
                found.add(slugs[columns.key_of(word)])
            else:
                unknown.append(word)
    return found, unknown


class Offices(imports.Kind):
    slug = "offices"
    columns = COLUMNS

    def stage(self, work: imports.Work) -> None:
        slugs = {columns.key_of(word): slug for slug, words in category_words().items() for word in (slug, *words)}
        held = {row["code"] for row in rows("SELECT code FROM area WHERE boundary_set_id = active_boundary_set()")}
        if not held:
            raise Refusal("boundary_set_missing", name="")
        seen: dict[str, int] = {}
        # Village -> code and name of its local authority, those already here first.
        claimed = {
            row["village"]: (row["code"], row["name_th"])
            for row in rows(query("offices_local"), {"local": [kind.value for kind in LOCAL]})
        }
        self.found: list[tuple[str, dict[str, Any]]] = []
        new = changed = same = 0
        for row, record in work.records(self.columns):
            code = record["code"]
            if code in seen:
                work.note(row, "code", "refused", "row_twice", given=code, first=seen[code])
                continue
            seen[code] = row
            named, unknown = known_slugs(record["categories"] or [], slugs)
            absent = [given for given in record["territory"] if given not in held]
            for given in unknown:
                work.note(row, "categories", "refused", "category_unknown", given=given)
            for given in absent:
                work.note(row, "territory", "refused", "area_unknown", given=given, name="")
            if unknown or absent:
                continue
            if record["kind"] in LOCAL:
                for village in record["territory"]:
                    if claimed.get(village, (code, ""))[0] != code:
                        other = claimed[village][1]
                        work.note(row, "territory", "flagged", "territory_shared", given=village, other=other)
                    claimed[village] = (code, record["name_th"])
            before = whole(code)
            about = {name: record[name] or "" for name in FIELDS}
            about["territory"] = sorted(record["territory"])
            about["categories"] = sorted(named)
            if before is not None:  # what the file has no column for stays
                about |= {name: before[name] for name in (*FIELDS, "categories") if name not in work.heading}
            if before == about:
                same += 1
            else:
                self.found.append((code, about))
                new, changed = new + (before is None), changed + (before is not None)
        work.counts |= {"new": new, "changed": changed, "same": same}

    def apply(self, work: imports.Work) -> None:
        for count, (code, about) in enumerate(self.found, start=1):
            work.tell("writing", count, len(self.found))
            imports.remember_document(work.run, "office", code, whole(code))
            write(code, about)
            imports.seal_document(work.run, "office", code, whole(code))

    def undo(self, run: Import, tell: imports.Tell) -> dict[str, Any]:
        kept = imports.documents(run, "office")
        changed = [code for code, _, after in kept if imports.digest(whole(code)) != after]
        if changed:
            raise Refusal("undo_changed", changed=len(changed))
        granted = Grant.objects.filter(office__code__in=[code for code, before, _ in kept if before is None]).count()
        if granted:  # rights on an office do not vanish with a file
            raise Refusal("undo_changed", changed=granted)
        restored = removed = 0
        for code, before, _ in kept:
            if before is None:
                Office.objects.filter(code=code).delete()
                removed += 1
            else:
                write(code, before)
                restored += 1
        return {"restored": restored, "removed": removed}


imports.register(Offices())
