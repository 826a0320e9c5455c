"""What the administration calls tables, columns and choices, Thai and English side by side.

Given to the models when the administration is loaded and not in the models themselves: a
name that changes with the reader's language would otherwise stand in a migration.
"""

from django.apps import apps
from django.db import models
from django.utils.functional import lazy

from mapping.api.errors import language
from mapping.models import BoundarySet, Category, CategoryGroup, Grant, Office, Person, ReplyTemplate, Status
from mapping.models.people import Role
from mapping.models.pins import PublicPlace
from mapping.pin_words import STATUS


def said(th: str, en: str) -> str:
    """Either, by the language of the reader at the moment when it is shown."""
    return lazy(lambda: en if language() == "en" else th, str)()


TABLES: dict[type[models.Model], tuple[str, str, str]] = {  # Thai, English: one, many
    Category: ("ประเภทความต้องการ", "category", "categories"),
    CategoryGroup: ("กลุ่มประเภท", "category group", "category groups"),
    BoundarySet: ("ชุดแนวเขต", "boundary set", "boundary sets"),
    Office: ("หน่วยงาน", "office", "offices"),
    Grant: ("สิทธิ์", "right", "rights"),
    Person: ("ผู้ใช้", "person", "people"),
    ReplyTemplate: ("แบบคำตอบ", "reply template", "reply templates"),
}
COLUMNS: dict[str, tuple[str, str]] = {
    "slug": ("รหัสคำ", "short name"),
    "group": ("กลุ่ม", "group"),
    "name_th": ("ชื่อภาษาไทย", "Thai name"),
    "name_en": ("ชื่อภาษาอังกฤษ", "English name"),
    "name": ("ชื่อ", "name"),
    "pictogram": ("ภาพสัญลักษณ์", "pictogram"),
    "plan_work_th": ("แผนงาน (แบบ ผ.02)", "plan work (form ผ.02)"),
    "public_place": ("ตำแหน่งที่เปิดเผย", "place shown in public"),
    "sensitive": ("เรื่องละเอียดอ่อน", "sensitive"),
    "radius_m": ("ระยะที่อาจเป็นเรื่องเดียวกัน (เมตร)", "within how many metres it may be the same need"),
    "position": ("ลำดับ", "order"),
    "colour": ("สี", "colour"),
    "source": ("ที่มา", "source"),
    "licence": ("สัญญาอนุญาต", "licence"),
    "attribution": ("ข้อความอ้างอิง", "attribution"),
    "approximate": ("แนวเขตโดยประมาณ", "approximate"),
    "sample": ("ข้อมูลสมมุติ", "sample"),
    "valid_on": ("ข้อมูล ณ วันที่", "valid on"),
    "loaded_at": ("นำเข้าเมื่อ", "loaded"),
    "activated_at": ("เริ่มใช้เมื่อ", "put in use"),
    "active": ("กำลังใช้", "in use"),
    "code": ("รหัส", "code"),
    "kind": ("ชนิด", "kind"),
    "phone": ("โทรศัพท์", "telephone"),
    "email": ("อีเมล", "e-mail"),
    "address": ("ที่อยู่", "address"),
    "line_id": ("LINE", "LINE"),
    "website": ("เว็บไซต์", "website"),
    "categories": ("ประเภทที่รับผิดชอบ", "categories answered for"),
    "territory": ("พื้นที่รับผิดชอบ", "territory"),
    "person": ("ผู้ใช้", "person"),
    "role": ("บทบาท", "role"),
    "area_code": ("รหัสพื้นที่", "area code"),
    "office": ("หน่วยงาน", "office"),
    "given_at": ("ให้เมื่อ", "given"),
    "given_by": ("ให้โดย", "given by"),
    "username": ("ชื่อผู้ใช้", "user name"),
    "is_active": ("ใช้งานได้", "active"),
    "is_device": ("เครื่องที่ไม่มีบัญชี", "device without an account"),
    "joined_at": ("เพิ่มเมื่อ", "added"),
    "status": ("สถานะ", "status"),
    "category": ("ประเภท", "category"),
    "words_th": ("ข้อความภาษาไทย", "Thai words"),
    "words_en": ("ข้อความภาษาอังกฤษ", "English words"),
    "last_login": ("เข้าสู่ระบบล่าสุด", "last signed in"),
}
CHOICES: dict[str, tuple[str, str]] = {
    PublicPlace.EXACT: ("ตามจริง", "exact"),
    PublicPlace.VILLAGE: ("จุดของหมู่บ้าน", "the village's point"),
    PublicPlace.CELL: ("ช่องตารางประมาณ 2 กม.", "a cell of about 2 km"),
    Role.VOLUNTEER: ("อาสาสมัคร", "volunteer"),
    Role.VILLAGE_HEAD: ("ผู้ใหญ่บ้าน", "village head"),
    Role.OFFICER: ("เจ้าหน้าที่", "officer"),
    Role.ADMINISTRATOR: ("ผู้ดูแลระบบ", "administrator"),
    Office.Kind.SUBDISTRICT: ("องค์การบริหารส่วนตำบล", "subdistrict administration"),
    Office.Kind.MUNICIPALITY: ("เทศบาล", "municipality"),
    Office.Kind.PROVINCIAL: ("องค์การบริหารส่วนจังหวัด", "provincial administration"),
    Office.Kind.DISTRICT: ("ที่ว่าการอำเภอ", "district office"),
    Office.Kind.PROVINCE: ("สำนักงานจังหวัด", "province office"),
    Office.Kind.AGENCY: ("หน่วยงานอื่น", "agency"),
    **{Status(name): words for name, words in STATUS.items()},
}
LABELS: dict[str, tuple[str, str]] = {  # of a change in the history
    "begin": ("ค่าเมื่อเริ่มเก็บประวัติ", "as it stood when the history began"),
    "insert": ("เพิ่ม", "added"),
    "update": ("แก้ไข", "changed"),
    "delete": ("ลบ", "deleted"),
}


def name_models() -> None:
    """Give every table and column its names. Migrations read the models' own, which stay as they are."""
    apps.get_app_config("mapping").verbose_name = said("ดูแลระบบ", "Administration")
    for model, (th, one, many) in TABLES.items():
        model._meta.verbose_name = said(th, one)
        model._meta.verbose_name_plural = said(th, many)
        for field in model._meta.get_fields():
            if field.name in COLUMNS and isinstance(field, models.Field):
                field.verbose_name = said(*COLUMNS[field.name])


def column(name: str) -> str:
    """The name of a column of the history, such as `office_id`."""
    th, en = COLUMNS.get(name.removesuffix("_id"), (name, name))
    return en if language() == "en" else th


def choices(values: type[models.TextChoices]) -> list[tuple[str, str]]:
    return [(value, said(*CHOICES[value])) for value in values.values]


def shown(value: object) -> str:
    """A value of a column, as a person reads it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return {("th", True): "ใช่", ("th", False): "ไม่", ("en", True): "yes", ("en", False): "no"}[language(), value]
    if isinstance(value, str) and value in CHOICES:
        return CHOICES[value][language() == "en"]
    return str(value)
