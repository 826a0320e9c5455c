import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from mapping.errors import Refusal
from mapping.filters import parse_code
from mapping.models import Grant, Person
from mapping.models.people import Role


class Command(BaseCommand):
    help = "Add a person who can sign in, or give one more right to a person who is there."

    def add_arguments(self, parser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="as it should be shown")
        parser.add_argument("--role", choices=Role.values, help="what to grant")
        parser.add_argument("--area", help="area code for which to grant it; an empty one is the country")

    @transaction.atomic
    def handle(self, *args, username, name, role, area, **options) -> None:
        if (role is None) != (area is None):
            raise CommandError("--role and --area go together")
        person = Person.objects.filter(username=username).first()
        if person is None:
            password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
            try:
                validate_password(password)
            except ValidationError as weak:
                raise CommandError(" ".join(weak.messages)) from weak
            person = Person.objects.create_user(username, password, name=name)
            self.stdout.write(f"{username} can sign in")
        if role is not None:
            try:
                code = parse_code(area, "--area")
            except Refusal as refusal:
                raise CommandError(f"{refusal.attr}: {refusal}") from refusal
            Grant.objects.get_or_create(person=person, role=role, area_code=code)
            self.stdout.write(f"{username} is {role} of {code or 'the country'}")
