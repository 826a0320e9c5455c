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
from django.db.models import Q
from psycopg import sql

from mapping.errors import Refusal
from mapping.models import OfficeArea, Person, Pin, PinFull, PinPublic
from mapping.models.people import Role
from mapping.models.pins import Face
from mapping.queries import Part, Values, query, rows

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
    offices: tuple[int, ...] = ()  # for which the reader acts; needs forwarded to them are seen in full too

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
            offices=tuple(sorted(set(offices))),
        )

    @cached_property
    def scope(self) -> str:
        """Changes whenever this reader would see other rows or another face of them."""
        about = [self.person_id, self.full_areas, self.full_villages, self.offices]
        return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]

    @property
    def person(self) -> int:
        """Id of the person who asks. Raises Refusal `sign_in_first` where there is none."""
        if self.person_id is None:
            raise Refusal("sign_in_first")
        return self.person_id

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


def duty_condition(reader: Reader) -> tuple[list[Part], Values]:
    """The rows of `pin_full` that this reader answers for as an officer, as conditions of which one must hold."""
    parts: list[Part] = []
    values: Values = {}
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
    if reader.offices:
        parts.append(sql.SQL("forwarded_to_id = ANY(%(r_offices)s)"))
        values["r_offices"] = list(reader.offices)
    return parts, values


def own_villages(reader: Reader) -> tuple[Part, Values]:
    """The rows of `area`, of villages, that lie in the places this reader answers for, as a condition on `code`."""
    parts: list[Part] = [sql.SQL("code = ANY(%(r_villages)s)")]
    values: Values = {"r_villages": list(reader.full_villages)}
    for number, code in enumerate(reader.full_areas):
        low = sql.Placeholder(f"r_own{number}")
        parts.append(sql.SQL("starts_with(code, {low})").format(low=low))
        values[f"r_own{number}"] = code
    return sql.SQL("({})").format(sql.SQL(" OR ").join(parts)), values


def full_condition(reader: Reader) -> tuple[Part | None, Values]:
    """The rows of `pin_full` that this reader may see in full, or None if there can be none."""
    if reader.person_id is None:
        return None, {}
    duty, values = duty_condition(reader)
    parts = [sql.SQL("author_id = %(reader)s"), *duty]
    return sql.SQL("({})").format(sql.SQL(" OR ").join(parts)), values | {"reader": reader.person_id}


def answered(reader: Reader, where: Part) -> tuple[Part, Values]:
    """The pins, in full, that this reader answers for; not those that they only reported."""
    duty, values = duty_condition(reader)
    some = sql.SQL("({})").format(sql.SQL(" OR ").join(duty)) if duty else sql.SQL("false")
    return sql.SQL("SELECT * FROM pin_full WHERE {} AND {}").format(some, where), values


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
    """Check, hide, join and part: officers over its place."""
    return reader.person_id is not None and reader.covers(pin.area_code)


def may_answer(reader: Reader, pin: Pin | Face) -> bool:
    """Reply, note and move along: officers over its place, and the office that it was forwarded to."""
    return reader.person_id is not None and (
        reader.covers(pin.area_code) or (pin.forwarded_to_id is not None and pin.forwarded_to_id in reader.offices)
    )


def is_officer(reader: Reader) -> bool:
    """Whether there is any place or office for which this reader acts."""
    return bool(reader.full_areas or reader.full_villages or reader.offices)


def is_administrator(reader: Reader) -> bool:
    """Of the country."""
    return ("administrator", "", None) in reader.grants


def may_report(reader: Reader) -> bool:
    """Signed in, or anyone where the deployment takes pins without an account."""
    return (reader.person_id is not None and not reader.is_device) or settings.MEEMAP["anonymous_pins"] != "off"


def may_import(reader: Reader, kind: str) -> bool:
    """Pins: officers, each within their places (checked by row). All else: administrators of the country."""
    if kind == "pins":
        return bool(reader.full_areas or reader.full_villages)
    return is_administrator(reader)


def may_activate(reader: Reader) -> bool:
    """Whose boundaries are in use concerns everyone."""
    return is_administrator(reader)


# -- who may come as far as which address -----------------------------------------------------------
#
# The first gate of every address of the API, and the whole of what tests/test_roles.py walks: a method that does
# not stand here is refused to everybody. Which pins, places and imports somebody may act on is decided behind it.

ANYONE = "anyone"  # whether signed in or not
REPORTER = "reporter"  # a device counts where the deployment takes pins without an account
PERSON = "person"  # signed in, or a device that is known
ACCOUNT = "account"  # signed in
OFFICER = "officer"  # acts for some place or office
ADMINISTRATOR = "administrator"  # of the country

ROUTES: dict[str, dict[str, str]] = {
    "me": {"GET": ANYONE},
    "categories": {"GET": ANYONE},
    "areas": {"GET": ANYONE},
    "where": {"GET": ANYONE},
    "cells": {"GET": ANYONE},
    "clusters": {"GET": ANYONE},
    "tile-areas": {"GET": ANYONE},
    "tile-cells": {"GET": ANYONE},
    "tile-pins": {"GET": ANYONE},
    "pins": {"GET": ANYONE},
    "pins-geojson": {"GET": ANYONE},
    "pins-geojsonl": {"GET": ANYONE},
    "pins-csv": {"GET": ANYONE},
    "pin": {"GET": ANYONE, "PUT": REPORTER, "PATCH": PERSON},
    "pin-conflicts": {"GET": ANYONE},
    "pin-conflict": {"POST": PERSON},
    "changes": {"GET": ANYONE},
    "pack": {"GET": ANYONE},
    "sync": {"POST": REPORTER},
    "pin-entries": {"GET": ANYONE},
    "pin-duplicates": {"GET": ANYONE},
    "pin-confirmation": {"PUT": REPORTER, "DELETE": PERSON},
    "pin-verdict": {"POST": PERSON},
    "pin-withdrawal": {"POST": PERSON},
    "pin-status": {"POST": OFFICER},
    "pin-reply": {"POST": OFFICER},
    "pin-note": {"POST": OFFICER},
    "pin-join": {"POST": OFFICER},
    "pin-part": {"POST": OFFICER},
    "pin-check": {"POST": OFFICER},
    "pin-hide": {"POST": OFFICER},
    "pin-photos": {"POST": OFFICER},
    "pins-act": {"POST": OFFICER},
    "pins-undo": {"POST": OFFICER},
    "duplicates": {"GET": ANYONE},
    "queue": {"GET": OFFICER},
    "reply-templates": {"GET": OFFICER},
    "offices": {"GET": OFFICER},
    "saved-views": {"GET": OFFICER, "POST": OFFICER},
    "saved-view": {"PATCH": OFFICER, "DELETE": OFFICER},
    "shortlist": {"GET": OFFICER, "PUT": OFFICER},
    "silent-villages": {"GET": OFFICER},
    "silent-village-sheets": {"GET": OFFICER},
    "photo": {"GET": ANYONE, "PUT": ANYONE},  # whose: uploads.expected
    "recording": {"GET": ANYONE, "PUT": ANYONE},
    "table": {"GET": ANYONE},
    "import-kinds": {"GET": ANYONE},
    "imports": {"GET": OFFICER},
    "import": {"GET": OFFICER, "PUT": OFFICER, "PATCH": OFFICER, "DELETE": OFFICER},
    "import-notes": {"GET": OFFICER},
    "import-notes-csv": {"GET": OFFICER},
    "import-commit": {"POST": OFFICER},
    "import-undo": {"POST": OFFICER},
    "boundary-sets": {"GET": ANYONE},
    "boundary-set": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR, "DELETE": ADMINISTRATOR},
    "account": {"GET": ACCOUNT, "PATCH": ACCOUNT},
    "account-sessions": {"DELETE": ACCOUNT},
    "grants": {"GET": OFFICER},
    "grant": {"DELETE": OFFICER},
    "invitations": {"GET": OFFICER, "POST": OFFICER},
    "invitation": {"DELETE": OFFICER},
    "invitation-offices": {"GET": OFFICER},
    "invitation-look": {"POST": ANYONE},
    "invitation-accept": {"POST": ANYONE},
    "pin-follow": {"GET": ANYONE, "PUT": ACCOUNT, "DELETE": ACCOUNT},
    "village-follow": {"GET": ANYONE, "PUT": ACCOUNT, "DELETE": ACCOUNT},
    "unsubscribe": {"POST": ANYONE},
    "line-webhook": {"POST": ANYONE},
    "line-photo": {"GET": ANYONE},
    "meetings": {"GET": ACCOUNT},
    "meeting-needs": {"GET": ACCOUNT},
    "meeting-blank-sheet": {"GET": ACCOUNT},
    "meeting": {"GET": ACCOUNT, "PUT": ACCOUNT},
    "meeting-sheet": {"GET": ACCOUNT, "PUT": ACCOUNT},
    "projects": {"GET": ANYONE},
    "projects-csv": {"GET": ANYONE},
    "projects-xlsx": {"GET": ANYONE},
    "projects-geojson": {"GET": ANYONE},
    "project": {"GET": ANYONE, "PUT": ACCOUNT, "PATCH": ACCOUNT},
    "project-feasibility": {"POST": OFFICER},
    "project-suggestions": {"GET": OFFICER},
    "unit-costs": {"GET": ANYONE, "POST": OFFICER},
    "pin-solutions": {"GET": ANYONE},
    "pin-solution": {"PUT": ACCOUNT},
    "solution": {"POST": OFFICER},
    "solution-project": {"PUT": OFFICER},
    "rounds": {"GET": ANYONE},
    "round": {"GET": ANYONE, "PUT": OFFICER, "PATCH": OFFICER},
    "round-board": {"GET": OFFICER},
    "round-scenario": {"POST": OFFICER},
    "round-freeze": {"POST": OFFICER},
    "round-sign": {"POST": OFFICER},
    "round-decide": {"POST": OFFICER},
    "round-publish": {"POST": OFFICER},
    "round-amend": {"POST": OFFICER},
    "round-inputs": {"GET": ANYONE},
    "round-results": {"GET": ANYONE},
    "round-zip": {"GET": ANYONE},
    "round-table": {"GET": ANYONE},
    "round-candidates": {"GET": ANYONE},
    "round-vote": {"PUT": ACCOUNT, "DELETE": ACCOUNT},
    "round-tallies": {"GET": ANYONE},
    "round-tally": {"PUT": ACCOUNT},
    "round-tally-sheet": {"GET": ACCOUNT, "PUT": ACCOUNT},
    "round-deliveries": {"GET": ANYONE, "POST": OFFICER},
    "round-pb": {"GET": ANYONE},
    "round-oc4ids": {"GET": ANYONE},
    "village-budget": {"GET": ANYONE},
    "paper": {"GET": OFFICER},
    "paper-priority-xlsx": {"GET": ANYONE},
    "paper-priority-pdf": {"GET": ACCOUNT},  # a minute of the server's time: not for everyone
    "ranking": {"GET": ANYONE},
    "areas-geojson": {"GET": ANYONE},
    "areas-csv": {"GET": ANYONE},
    "areas-xlsx": {"GET": ANYONE},
}


def gate(reader: Reader, route: str, method: str) -> str | None:
    """Code of the refusal that stands at the door, or None."""
    asked = ROUTES.get(route, {}).get("GET" if method == "HEAD" else method)
    signed_in = reader.person_id is not None and not reader.is_device
    if asked is None:
        return "permission_denied"
    if asked == ANYONE or (asked == REPORTER and may_report(reader)) or (asked == PERSON and reader.person_id):
        return None
    if asked == ACCOUNT and signed_in:
        return None
    if asked == OFFICER and is_officer(reader):
        return None
    if asked == ADMINISTRATOR and is_administrator(reader):
        return None
    if signed_in:
        return "permission_denied"
    return "sign_in_first" if asked in (REPORTER, PERSON, ACCOUNT) else "not_authenticated"


# -- village meetings -------------------------------------------------------------------------


def meeting_reach(reader: Reader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Area codes, and single villages of an office, in which this reader enters what a village meeting said:
    officers, and the heads of the villages (a headman: of the subdistrict) themselves."""
    heads = [code for role, code, _ in reader.grants if role == Role.VILLAGE_HEAD and code]
    return (*reader.full_areas, *heads), reader.full_villages


def may_hold_meeting(reader: Reader, village: str) -> bool:
    areas, villages = meeting_reach(reader)
    return village in villages or any(lies_in(village, code) for code in areas)


def meetings_of(reader: Reader) -> Q:
    """The meetings of which `may_hold_meeting` says yes."""
    areas, villages = meeting_reach(reader)
    within = Q(village__in=villages)
    for code in areas:
        within |= Q(village=code) if len(code) >= 8 else Q(village__startswith=code)
    return within


def may_read_sheet(reader: Reader, village: str) -> bool:
    """Names and signatures stand on a signed sheet: officers over the place, and nobody else."""
    return reader.person_id is not None and reader.covers(village)


# -- people and their rights --------------------------------------------------------------------


def places_of(reader: Reader, *roles: str) -> tuple[str, ...]:
    """Where this reader has one of these rights: area codes, and what its offices' territories hold."""
    areas = [code for role, code, _ in reader.grants if role in roles and code is not None]
    offices = [office for role, _, office in reader.grants if role in roles and office]
    if offices:
        areas += OfficeArea.objects.filter(office__in=offices).values_list("code", flat=True)
    return tuple(sorted(set(areas)))


def territory_of(office: int | None) -> list[str]:
    """An office without any territory is the country's, so that only who has all of it gives rights in it."""
    return list(OfficeArea.objects.filter(office=office).values_list("code", flat=True)) or [""]


def may_invite(reader: Reader, role: str, area_code: str | None, office: int | None) -> bool:
    """Whether this reader may give, and take away, this right: the one rule of both.

    Administrators: every right in their own area. Officers: volunteers and village heads where
    they are officers, and officers strictly below, so that nobody makes or removes an equal.
    A right in an office lies where all of its territory does.
    """
    if (area_code is None) == (office is None) or (office is not None and role != Role.OFFICER):
        return False
    targets = [area_code] if area_code is not None else territory_of(office)

    def within(own: tuple[str, ...]) -> bool:
        return all(any(lies_in(target, code) for code in own) for target in targets)

    if within(places_of(reader, Role.ADMINISTRATOR)):
        return True
    held = places_of(reader, Role.OFFICER)
    if role in (Role.VOLUNTEER, Role.VILLAGE_HEAD):
        return within(held)
    if role != Role.OFFICER or (Role.OFFICER, None, office) in reader.grants:
        return False
    return within(held) and not any(target in held for target in targets)


def may_see_right(reader: Reader, area_code: str | None, office: int | None) -> bool:
    """Officers and administrators see who has which right inside their own places, equals included."""
    own = places_of(reader, *FULL_ROLES)
    if office is None:
        return any(lies_in(area_code or "", code) for code in own)
    return all(any(lies_in(target, code) for code in own) for target in territory_of(office))


def sees_people(reader: Reader) -> bool:
    return not reader.is_device and any(role in FULL_ROLES for role, _, _ in reader.grants)


def may_administer(reader: Reader) -> bool:
    """Categories, offices, rights and people: administrators of the country. Django's own flags decide nothing."""
    return is_administrator(reader)


def may_follow(reader: Reader) -> bool:
    """Anyone with an account: messages say only what anyone may read, and go to the account's own address."""
    return reader.person_id is not None and not reader.is_device


# -- the money of an office ------------------------------------------------------------------------


def public_words(*texts: str) -> list[str]:
    """Words without telephone and identity numbers, by the rule that pins' words go out by."""
    found = rows(
        "SELECT public_words(word) AS word FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t(word, n) ORDER BY n",
        {"texts": list(texts)},
    )
    return [row["word"] for row in found]


def acts_for_office(reader: Reader, office: int) -> bool:
    """Judge its projects and hold its rounds: the officers of that very office, and nobody above or beside it."""
    return reader.person_id is not None and office in reader.offices


def may_see_undecided(reader: Reader, office: int) -> bool:
    """A round before it is published: its office, and administrators of the country, who look but do not decide."""
    return acts_for_office(reader, office) or is_administrator(reader)
