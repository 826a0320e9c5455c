"""What people do with their own account, and the names that are made for those who bring none."""

import re
import secrets
import unicodedata

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from mapping.errors import Refusal
from mapping.geometry import clean_text
from mapping.models import Grant, Person
from mapping.models.people import Role

LONGEST_NAME = 100
LEAST_PASSWORD = 10
USERNAME = re.compile(r"[\w.-]{3,40}")
MADE_NAME_TRIES = 20


def clean_name(given: str) -> str:
    name = " ".join(clean_text(given, "name", LONGEST_NAME).split())
    if not name:
        raise Refusal("name_empty", "name")
    return name


def clean_username(given: str) -> str:
    """Small letters; no @, so that a user name is never taken for an e-mail address."""
    name = unicodedata.normalize("NFKC", given).strip().lower()
    # Thai vowels and tone marks are no \w of their own
    bare = "".join(letter for letter in name if unicodedata.category(letter) not in ("Mn", "Mc"))
    if not USERNAME.fullmatch(bare) or len(name) > 60:
        raise Refusal("username_form", "username")
    return name


def check_password(password: str, person: Person | None = None) -> str:
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise Refusal("password_weak", "password", least=LEAST_PASSWORD) from weak
    return password


def add_person(name: str, password: str | None = None) -> Person:
    """An account with a user name that is made: short, said easily over a telephone, no personal data."""
    for _ in range(MADE_NAME_TRIES):
        try:
            with transaction.atomic():
                return Person.objects.create_user(f"me{secrets.randbelow(900_000) + 100_000}", password, name=name)
        except IntegrityError:
            continue  # taken
    raise Refusal("busy")


def rename(person: Person, *, name: str | None = None, username: str | None = None) -> None:
    if name is not None:
        person.name = clean_name(name)
    if username is not None:
        person.username = clean_username(username)
    try:
        with transaction.atomic():
            person.save(update_fields=["name", "username"])
    except IntegrityError as taken:
        raise Refusal("username_taken", "username") from taken


def set_password(person: Person, password: str, *, current: str | None) -> None:
    """`current` None: this session has just proved itself by a code or LINE, or there is no password yet."""
    if current is not None and not person.check_password(current):
        raise Refusal("password_current", "current_password")
    person.set_password(check_password(password, person))
    person.save(update_fields=["password"])


def end_sessions(person: Person) -> None:
    """Every session of this person is over at its next request, the one that asks included."""
    Person.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)


def take_away(grant: Grant) -> None:
    """Holds from the next request on: rights are read anew for each."""
    with transaction.atomic():
        if grant.role == Role.ADMINISTRATOR and grant.area_code == "":
            left = Grant.objects.select_for_update().filter(
                role=Role.ADMINISTRATOR, area_code="", person__is_active=True
            )
            if not [other for other in left if other.pk != grant.pk]:
                raise Refusal("last_administrator")
        Grant.objects.filter(pk=grant.pk).delete()
