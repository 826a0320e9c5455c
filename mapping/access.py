"""Who may see and do what. The only place that decides; every reader starts from it.

A pin has two faces, two SQL views: `pin_public` for anyone, `pin_full` for its author and
for officers over its place. `faces()` composes them for one reader, and every list, tile,
cell, search, feed and download selects from what it returns, never from the table.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from psycopg import sql

from mapping.models import Person, Pin, PinFull, PinPublic
from mapping.models.people import Role
from mapping.queries import Part, Values, query

FULL_ROLES = (Role.OFFICER, Role.ADMINISTRATOR)  # a volunteer sees other people's pins by the public face


def lies_in(code: str, above: str) -> bool:
    """Whether one area is another or a part of it; the same rule as SQL's `code_end`."""
    return code == above or (len(above) < 8 and code.startswith(above))


class Anonymous(AnonymousUser):
    """Nobody: no person, no device, no grant."""


@dataclass(frozen=True)
class Reader:
    """Someone who asks, with what they were given; read anew for each request."""

    person_id: int | None = None
    is_device: bool = False
    name: str = ""
    grants: tuple[tuple[str, str | None, int | None], ...] = ()  # role, area code, office
    full_areas: tuple[str, ...] = ()  # code prefixes over which this reader sees the full face
    full_villages: tuple[str, ...] = ()  # villages of the reader's offices

    @classmethod
    def of(cls, person: Person | AnonymousUser | None) -> Self:
        if not isinstance(person, Person) or not person.is_active:
            return cls()
        grants = tuple(person.grants.order_by("role", "area_code", "office").values_list("role", "area_code", "office"))
        offices = [office for role, _, office in grants if office and role in FULL_ROLES]
        areas = {code for role, code, _ in grants if code is not None and role in FULL_ROLES}
        territory: set[str] = set()
        if offices:
            territory = set(
                Person.objects.filter(grants__office__in=offices).values_list(
                    "grants__office__territory__code", flat=True
                )
            ) - {None}
        return cls(
            person_id=person.pk,
            is_device=person.is_device,
            name=str(person) if not person.is_device else "",
            grants=grants,
            full_areas=tuple(sorted(areas | {code for code in territory if len(code) < 8})),
            full_villages=tuple(sorted(code for code in territory if len(code) >= 8)),
        )

    @cached_property
    def scope(self) -> str:
        """Changes whenever this reader would see other rows or another face of them."""
        about = [self.person_id, self.full_areas, self.full_villages]
        return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]

    @property
    def home(self) -> str | None:
        """The area on which this reader's office opens: the first grant's, or where its office has villages."""
        codes = [code for _, code, _ in self.grants if code is not None] or list(self.full_areas)
        if codes:
            return codes[0]
        return self.full_villages[0][:6] if self.full_villages else None

    def covers(self, area_code: str | None) -> bool:
        """Whether this reader's officer's right covers a place (NULL: outside every area)."""
        if area_code is None:
            return "" in self.full_areas
        subdistricts = {village[:6] for village in self.full_villages}
        return (
            any(lies_in(area_code, code) for code in self.full_areas)
            or area_code in self.full_villages
            or (len(area_code) == 6 and area_code in subdistricts)
        )


def full_condition(reader: Reader) -> tuple[Part | None, Values]:
    """The rows of `pin_full` that this reader may see in full, or None if there can be none."""
    if reader.person_id is None:
        return None, {}
    parts: list[Part] = [sql.SQL("author_id = %(reader)s")]
    values: Values = {"reader": reader.person_id}
    for number, code in enumerate(reader.full_areas):
        if code == "":
            parts.append(sql.SQL("true"))
        else:
            low = sql.Placeholder(f"r_area{number}")
            parts.append(sql.SQL("(area_code >= {low} AND area_code < code_end({low}))").format(low=low))
            values[f"r_area{number}"] = code
    if reader.full_villages:
        # An office with a village in a subdistrict also sees that subdistrict's pins without a village.
        parts.append(sql.SQL("area_code = ANY(%(r_places)s)"))
        values["r_places"] = sorted({*reader.full_villages, *(v[:6] for v in reader.full_villages)})
    return sql.SQL("({})").format(sql.SQL(" OR ").join(parts)), values


def faces(reader: Reader, where: Part, values: Values) -> tuple[Part, Values]:
    """One SELECT of the pins that the reader may see and that fulfil `where`, each by its right face.

    `where` speaks of the views' columns, so that a search or a box is answered by what the
    reader may see and not by what stands behind it.
    """
    full, full_values = full_condition(reader)
    if full is None:
        return query("faces_public").format(where=where), values
    return query("faces_both").format(where=where, full=full), values | full_values


def see(reader: Reader, pin_id: UUID) -> PinFull | PinPublic | None:
    """One pin by the face that this reader may see, or None: there is nothing for them there."""
    full, values = full_condition(reader)
    if full is not None:
        statement = sql.SQL("SELECT * FROM pin_full WHERE id = %(id)s AND {}").format(full)
        found = list(PinFull.objects.raw(statement, values | {"id": pin_id}))  # type: ignore[arg-type]
        if found:
            return found[0]
    return PinPublic.objects.filter(pk=pin_id).first()


def may_edit(reader: Reader, pin: Pin) -> bool:
    """Officers over its place."""
    return reader.person_id is not None and reader.covers(pin.area_code)


def may_report(reader: Reader) -> bool:
    """Signed in, or anyone where the deployment takes pins without an account."""
    return (reader.person_id is not None and not reader.is_device) or settings.MEEMAP["anonymous_pins"] != "off"


def may_import(reader: Reader, kind: str) -> bool:
    """Pins: officers, each within their places (checked by row). All else: administrators of the country."""
    if kind == "pins":
        return bool(reader.full_areas or reader.full_villages)
    return ("administrator", "", None) in reader.grants


def may_activate(reader: Reader) -> bool:
    """Whose boundaries are in use concerns everyone."""
    return ("administrator", "", None) in reader.grants


def may_administer(reader: Reader) -> bool:
    """Categories, offices, rights and people: administrators of the country. Django's own flags decide nothing."""
    return ("administrator", "", None) in reader.grants


def may_follow(reader: Reader) -> bool:
    """Anyone with an account: messages say only what anyone may read, and go to the account's own address."""
    return reader.person_id is not None and not reader.is_device
