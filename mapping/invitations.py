"""Rights on paper: a code, given by hand, used once. Only its digest is kept."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mapping import access, accounts
from mapping.access import Reader
from mapping.errors import Refusal
from mapping.models import Area, Grant, Invitation, Office, Person
from mapping.models.people import Role

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
CODE_LENGTH = 16  # 80 bits
MISREAD = str.maketrans("OIL", "011")
DAYS, MOST_DAYS = 14, 60
MOST_AT_ONCE = 100
LONGEST_NOTE = 200


class Right(NamedTuple):
    role: str
    area_code: str | None
    office: int | None


def digest(code: str) -> bytes:
    """Of a code as it was typed: small letters, spaces, hyphens and misread letters forgiven."""
    plain = re.sub(r"[\s-]", "", code).upper().translate(MISREAD)
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()


def new_code() -> str:
    plain = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(plain[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def check_right(reader: Reader, right: Right) -> None:
    """Raises Refusal: 400 for what is no right, 404 for a place that is not, 403 for one that is not theirs."""
    role, area_code, office = right
    if role not in Role.values:
        raise Refusal("role_unknown", "role", given=role[:40])
    if (area_code is None) == (office is None) or (office is not None and role != Role.OFFICER):
        raise Refusal("grant_place", "area_code" if office is None else "office")
    if not access.sees_people(reader):
        raise Refusal("permission_denied")
    if office is not None and not Office.objects.filter(pk=office).exists():
        raise Refusal("not_found", "office")
    if area_code and not Area.objects.filter(boundary_set__active=True, code=area_code).exists():
        raise Refusal("not_found", "area_code")
    if not access.may_invite(reader, *right):
        raise Refusal("permission_denied")


def invite(
    reader: Reader, right: Right, *, count: int = 1, days: int = DAYS, note: str = ""
) -> list[tuple[Invitation, str]]:
    """Invitations with their codes, which nobody can read again."""
    check_right(reader, right)
    maker = Person.objects.get(pk=reader.person_id or 0)  # who sees people is a person
    expires_at = timezone.now() + timedelta(days=days)
    codes = [new_code() for _ in range(count)]
    made = Invitation.objects.bulk_create(
        Invitation(
            code_sha256=digest(code),
            role=right.role,
            area_code=right.area_code,
            office_id=right.office,
            note=note,
            made_by=maker,
            expires_at=expires_at,
        )
        for code in codes
    )
    return list(zip(made, codes, strict=True))


def open_ones() -> QuerySet[Invitation]:
    return Invitation.objects.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())


def inside(reader: Reader) -> Q:
    """Rows with `area_code` or `office` inside the places of this reader; the rule itself looks again at each."""
    places = access.places_of(reader, *access.FULL_ROLES)
    found = Q(pk__in=[])
    for code in places:
        found |= Q(area_code__startswith=code) | Q(office__territory__code__startswith=code)
    return found | Q(office__isnull=False) if "" in places else found


def look(code: str) -> Invitation:
    """What a code is for, while it holds. Whoever made it must still have the right to give."""
    found = open_ones().select_related("made_by", "office").filter(code_sha256=digest(code)).first()
    if found is None or not access.may_invite(Reader.of(found.made_by), found.role, found.area_code, found.office_id):
        raise Refusal("invitation_unknown", "code")
    return found


def accept(code: str, *, by: Person | None, name: str = "", password: str | None = None) -> tuple[Person, Grant]:
    """Give the invited right to `by`, or to a new account with this name.

    Of two at once the row's lock lets one win. Somebody who has the right already keeps the
    invitation unused. Raises Refusal `invitation_unknown`.
    """
    if by is None:
        name = accounts.clean_name(name)
        if password is not None:
            accounts.check_password(password)
    invitation = look(code)
    right = {"role": invitation.role, "area_code": invitation.area_code, "office_id": invitation.office_id}
    with transaction.atomic():
        if by is not None:
            held = Grant.objects.filter(person=by, **right).first()
            if held is not None:
                return by, held
        claimed = open_ones().filter(pk=invitation.pk).update(used_at=timezone.now())
        if not claimed:
            raise Refusal("invitation_unknown", "code")
        person = by or accounts.add_person(name, password)
        grant, _ = Grant.objects.get_or_create(person=person, **right, defaults={"given_by": invitation.made_by})
        Invitation.objects.filter(pk=invitation.pk).update(used_by=person)
    return person, grant


def revoke(invitation: Invitation) -> None:
    """Raises Refusal `invitation_gone` for one that was used, taken back or has expired."""
    if not open_ones().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        raise Refusal("invitation_gone")


def offices_inside(reader: Reader, area_code: str, most: int = 200) -> list[Office]:
    """Offices with territory in an area, into which this reader may invite officers."""
    found = Office.objects.filter(territory__code__startswith=area_code).distinct().order_by("name_th", "pk")[:most]
    return [office for office in found if access.may_invite(reader, Role.OFFICER, None, office.pk)]


def names_of_places(codes: Sequence[str | None]) -> dict[str, list[dict[str, str]]]:
    """Each code with the names of itself and of what it lies in, nearest first."""
    wanted = {code for code in codes if code}
    steps = {code: [c for c in (code, code[:6], code[:4], code[:2]) if len(c) <= len(code)] for code in wanted}
    chains = {code: list(dict.fromkeys(chain)) for code, chain in steps.items()}
    every = {step for chain in chains.values() for step in chain}
    names = {
        code: {"code": code, "name_th": th, "name_en": en}
        for code, th, en in Area.objects.filter(boundary_set__active=True, code__in=every).values_list(
            "code", "name_th", "name_en"
        )
    }
    return {code: [names[step] for step in chain if step in names] for code, chain in chains.items()}
